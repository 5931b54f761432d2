/**
 * An evidence pack for people. Plain React without the console's theme or queries, because the same code stands in the
 * console and in the single file that `companyos evidence view` writes. Everything of the pack is shown as text.
 */
import type { PackReport } from "@companyos/sdk/pack";
import type { ReactNode } from "react";
import { Approval } from "./Approval";
import { Decision } from "./Decision";
import { Fields } from "./Fields";
import { FileList } from "./FileList";
import { Inclusion } from "./Inclusion";
import { Act, Steps } from "./Steps";
import { Part } from "./Part";
import { attachments } from "./reading";
import { Scrolled } from "./Scrolled";
import { Verdict } from "./Verdict";

interface PackProps {
  of: PackReport;
  /** Where the trusted keys came from, as half a sentence; said only when keys were insisted on. */
  trustedFrom?: string;
  /** How an entity or actor is shown: the console links it, else it is written as the pack writes it. */
  show?: (ref: string) => ReactNode;
  /** Buttons beside the verdict. */
  actions?: ReactNode;
}

export function Pack({ of: report, trustedFrom = "you gave", show = plainly, actions }: PackProps) {
  const { elevation, plan, dryRun, steps, logs, others } = attachments(report);
  return (
    <article className="pack">
      <Verdict of={report} trustedFrom={trustedFrom} actions={actions} />
      <Act of={report} show={show} />
      <Part title="Asked and approved" files={["elevation.json"]} of={report} shown={elevation !== undefined}>
        <Approval of={elevation} show={show} />
      </Part>
      <Decision of={report} />
      <Part title="Plan" sub="what was approved" files={["plan.json"]} of={report} shown={plan !== undefined}>
        <Fields of={plan} />
      </Part>
      <Part title="Dry run" files={["dry_run.json"]} of={report} shown={dryRun !== undefined}>
        <Fields of={dryRun} />
      </Part>
      <Steps of={report} steps={steps} />
      {logs.map(([name, text]) => (
        <Part key={name} title={titleOf(name)} sub={name} files={[name]} of={report}>
          <Scrolled label={name}>{text}</Scrolled>
        </Part>
      ))}
      {others.map(([name, value]) => (
        <Part key={name} title={titleOf(name)} sub={name} files={[name]} of={report}>
          <Fields of={value} />
        </Part>
      ))}
      <Inclusion of={report} />
      <FileList of={report} />
    </article>
  );
}

const plainly = (ref: string): ReactNode => <code>{ref}</code>;

/** "blast_radius.json" → "Blast radius". */
function titleOf(file: string): string {
  const words = file.replace(/\.[^.]*$/, "").replaceAll(/[._-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
