import type { PackReport } from "@companyos/sdk/pack";
import type { ReactNode } from "react";
import { Field, Fields, without } from "./Fields";
import { Part } from "./Part";
import { type Json, type JsonObject, isObject, label, moment, textOf } from "./reading";

/** What was done, by whom, to what, when. */
export function Act({ of: report, show }: { of: PackReport; show: (ref: string) => ReactNode }) {
  const { record, statement } = report;
  return (
    <Part
      title={statement?.predicate.title ?? "The act"}
      files={["record.json"]}
      of={report}
      shown={record !== undefined}
    >
      {record && (
        <>
          <dl>
            <Field name="Who">{show(record.actor)}</Field>
            <Field name="What">
              <code>{record.action}</code>
            </Field>
            <Field name="To">{show(record.subject)}</Field>
            <Field name="When">
              <time dateTime={record.at}>{moment(record.at)}</time>
            </Field>
            <Field name="Outcome">
              <strong className={record.outcome === "done" ? "yes" : "no"}>{record.outcome}</strong>
            </Field>
            <Field name="Environment">{record.environment || <span className="none">none</span>}</Field>
            <Field name="Tenant">
              <code>{record.tenant}</code>
            </Field>
          </dl>
          <Fields of={record.detail as JsonObject} />
        </>
      )}
    </Part>
  );
}

/** What each step of a run did, and how that was verified. */
export function Steps({ of: report, steps }: { of: PackReport; steps: Json | undefined }) {
  const listed = isObject(steps) ? steps["steps"] : steps;
  const rest = isObject(steps) ? without(steps, ["steps"]) : {};
  return (
    <Part title="Steps" sub="as they were done" files={["steps.json"]} of={report} shown={steps !== undefined}>
      {Object.keys(rest).length > 0 && <Fields of={rest} />}
      <ol className="steps">{Array.isArray(listed) && listed.map((step, i) => <Step key={i} of={step} />)}</ol>
    </Part>
  );
}

const HEAD = ["name", "title", "type", "status", "state"];

function Step({ of: step }: { of: Json }) {
  if (!isObject(step))
    return (
      <li>
        <Fields of={step} />
      </li>
    );
  const status = textOf(step["state"]) ?? textOf(step["status"]);
  return (
    <li>
      <p>
        <strong>{textOf(step["title"]) ?? textOf(step["name"]) ?? "step"}</strong>{" "}
        {textOf(step["type"]) && <code>{textOf(step["type"])}</code>}{" "}
        {status && <span className={BAD.has(status) ? "no" : "yes"}>{label(status)}</span>}
      </p>
      <Fields of={without(step, HEAD)} />
    </li>
  );
}

const BAD = new Set(["failed", "refused", "cancelled", "timed_out", "lost"]);
