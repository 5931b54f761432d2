import type { ReactNode } from "react";
import { Scrolled } from "./Scrolled";
import { type Json, type JsonObject, isObject, label, moment } from "./reading";

const DEEPEST = 3;

/** Any JSON as names and values; what nests deeper than people read is shown as it is written. */
export function Fields({ of: value, depth = 0 }: { of: Json | undefined; depth?: number }): ReactNode {
  if (value === undefined) return null;
  if (!isObject(value)) return <Value of={value} depth={depth} />;
  return (
    <dl>
      {Object.entries(value).map(([name, item]) => (
        <Field key={name} name={label(name)}>
          <Value of={item} depth={depth + 1} />
        </Field>
      ))}
    </dl>
  );
}

/** One name with its value. */
export const Field = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

function Value({ of: value, depth }: { of: Json; depth: number }): ReactNode {
  if (value === null || value === "") return <span className="none">none</span>;
  if (typeof value === "string") return <span className="text">{moment(value)}</span>;
  if (typeof value !== "object") return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  if (depth > DEEPEST) return <Scrolled label="As JSON">{JSON.stringify(value, null, 2)}</Scrolled>;
  if (isObject(value)) return Object.keys(value).length > 0 ? <Fields of={value} depth={depth} /> : "none";
  if (value.length === 0) return <span className="none">none</span>;
  return (
    <ul>
      {value.map((item, i) => (
        <li key={i}>
          <Value of={item} depth={depth + 1} />
        </li>
      ))}
    </ul>
  );
}

/** The members of an object without some of them. */
export const without = (value: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
