import type { PackReport } from "@companyos/sdk/pack";
import { Field, Fields } from "./Fields";
import { Part } from "./Part";
import { type Json, type JsonObject, isObject, textOf } from "./reading";

/** Why policy said yes or no, and with which policies. */
export function Decision({ of: report }: { of: PackReport }) {
  const decision = report.decision as JsonObject | undefined;
  return (
    <Part title="Decision" sub="of policy" files={["decision.json"]} of={report} shown={decision !== undefined}>
      {decision && <Facts of={decision} />}
    </Part>
  );
}

const Facts = ({ of: decision }: { of: JsonObject }) => (
  <>
    <dl>
      <Field name="Answer">
        <strong className={decision["allowed"] === true ? "yes" : "no"}>
          {decision["allowed"] === true ? "allowed" : "refused"}
        </strong>
      </Field>
      <Field name="Asked">
        {textOf(decision["action"]) ?? "?"} {textOf(decision["resource"]) && `on ${textOf(decision["resource"])}`}
      </Field>
      <Field name="Why">
        <ul>
          {list(decision["reasons"]).map((reason, i) => (
            <li key={i}>{sentenceOf(reason)}</li>
          ))}
        </ul>
      </Field>
      <Field name="Policies">
        {list(decision["policies"]).map((name) => (
          <code key={String(name)}>{String(name)} </code>
        ))}
      </Field>
      <Field name="Policy version">
        <code>{textOf(decision["version"]) ?? "none"}</code>
      </Field>
    </dl>
    {decision["inputs"] !== undefined && (
      <details>
        <summary>What it was decided from</summary>
        <Fields of={decision["inputs"]} />
      </details>
    )}
  </>
);

const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

const sentenceOf = (reason: Json): string =>
  isObject(reason) ? (textOf(reason["sentence"]) ?? JSON.stringify(reason)) : String(reason);
