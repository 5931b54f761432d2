import type { ReactNode } from "react";
import { Field, Fields, without } from "./Fields";
import { type Json, type JsonObject, isObject, moment, textOf } from "./reading";

const WHO = ["requester", "approvers", "requested_at", "approved_at", "ends_at", "reason"];
const WHAT = ["id", "kind", "role", "action", "resource", "plan", "break_glass", "spent"];
const TOLD = [...WHO, ...WHAT];

/** Who asked for the right to do it, why, who said yes, and how long that held. */
export function Approval({ of: value, show }: { of: Json | undefined; show: (ref: string) => ReactNode }) {
  if (!isObject(value)) return <Fields of={value} />;
  const approvers = Array.isArray(value["approvers"])
    ? value["approvers"].filter((one) => typeof one === "string")
    : [];
  const rest = without(value, TOLD);
  return (
    <dl>
      <Field name="Asked by">
        {show(textOf(value["requester"]) ?? "unknown")} <When of={value["requested_at"]} />
      </Field>
      <Field name="Why">{textOf(value["reason"]) ?? "no reason was given"}</Field>
      <Field name="Approved by">
        {approvers.length > 0
          ? approvers.map((who) => <span key={who}>{show(who)} </span>)
          : value["break_glass"] === true
            ? "nobody: the glass was broken"
            : "nobody"}{" "}
        <When of={value["approved_at"]} />
      </Field>
      <Field name="For">{scope(value)}</Field>
      <Field name="Until">
        <When of={value["ends_at"]} />
      </Field>
      {textOf(value["plan"]) && (
        <Field name="Bound to the plan">
          <code>{textOf(value["plan"])}</code>
        </Field>
      )}
      <Field name="Elevation">
        <code>{textOf(value["id"]) ?? "unnamed"}</code>
      </Field>
      {Object.entries(rest).map(([name, item]) => (
        <Field key={name} name={name}>
          <Fields of={item} depth={1} />
        </Field>
      ))}
    </dl>
  );
}

function scope(value: JsonObject): string {
  const role = textOf(value["role"]);
  if (role) return `the role ${role}`;
  const [action, resource] = [textOf(value["action"]) ?? "an act", textOf(value["resource"])];
  const times = value["kind"] === "act" ? "once" : "as often as needed";
  return `${action}${resource ? ` on ${resource}` : ""}, ${times}`;
}

const When = ({ of: value }: { of: Json | undefined }) => {
  const at = textOf(value);
  return at ? <time dateTime={at}>{moment(at)}</time> : null;
};
