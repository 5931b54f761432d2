import type { PackReport } from "@companyos/sdk/pack";
import type { ReactNode } from "react";

interface VerdictProps {
  of: PackReport;
  trustedFrom: string;
  actions: ReactNode;
}

/** First what matters most: whether it is whole, by whose key, and everything that is wrong. */
export function Verdict({ of: report, trustedFrom, actions }: VerdictProps) {
  const { findings, signer, pinned, statement } = report;
  const tone = findings.length > 0 ? "bad" : pinned ? "ok" : "warn";
  return (
    <header className={`verdict ${tone}`}>
      <p className="judgement" role="status">
        <span className="sign" aria-hidden="true">
          {findings.length > 0 ? "✕" : pinned ? "✓" : "!"}
        </span>
        {findings.length > 0
          ? `This pack does not verify: ${findings.length === 1 ? "1 fault" : `${findings.length} faults`}.`
          : pinned
            ? "This pack is whole, and signed by a key that is trusted."
            : "This pack is whole. Who signed it is not proved."}
      </p>
      {findings.length > 0 ? (
        <ol className="faults" aria-label="Faults">
          {findings.map(({ code, where, sentence }, i) => (
            <li key={`${code} ${i}`}>
              <code>{where}</code> {sentence}.
            </li>
          ))}
        </ol>
      ) : (
        <p className="sub">
          Not one byte differs from what was signed{statement ? ` for pack ${statement.predicate.pack}` : ""}.{" "}
          {pinned
            ? `The key ${signer?.kid ?? ""} is one that ${trustedFrom}.`
            : `The key ${signer?.kid ?? ""} came with the pack: compare it with the one that the ledger publishes.`}
        </p>
      )}
      {actions && <div className="actions">{actions}</div>}
    </header>
  );
}
