import type { PackReport } from "@companyos/sdk/pack";
import type { ReactNode } from "react";

interface PartProps {
  title: string;
  sub?: string | undefined;
  /** The files that it tells of: what is wrong with them is said here, too. */
  files: readonly string[];
  of: PackReport;
  /** Nothing is drawn when there is nothing to tell and nothing wrong. */
  shown?: boolean;
  children: ReactNode;
}

/** One part of a pack with its heading; it says itself when what it shows does not verify. */
export function Part({ title, sub, files, of: report, shown = true, children }: PartProps) {
  const faults = report.findings.filter(({ where }) => files.includes(where));
  if (!shown && faults.length === 0) return null;
  return (
    <section className={faults.length > 0 ? "broken" : ""} aria-label={title}>
      <h2>
        {title} {sub && <small>{sub}</small>}
      </h2>
      {faults.length > 0 && <p className="fault">Do not rely on this part: {faults[0]?.where} does not verify.</p>}
      {shown && children}
    </section>
  );
}
