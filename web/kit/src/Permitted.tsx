import type { ReactNode } from "react";
import { tieOf, useDecision } from "./decisions";
import { Reasons } from "./Reason";
import { Lines } from "./States";

/** Shows its content, and lets it ask the server, only when the person may; otherwise says why not. */
export function Permitted({ action, what, children }: { action: string; what: string; children: ReactNode }) {
  const decision = useDecision(action);
  const tie = tieOf(decision, action);
  if (!decision) return <Lines rows={3} />;
  if (decision.allowed)
    return (
      <div className="as-if-absent" {...tie}>
        {children}
      </div>
    );
  return (
    <div className="pad" {...tie}>
      <Reasons
        title={`Why can't I see ${what}?`}
        reasons={decision.reasons}
        changes={decision.changes}
        ask={{ action }}
      />
    </div>
  );
}
