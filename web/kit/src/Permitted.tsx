import type { ReactNode } from "react";
import { useDecision } from "./decisions";
import { Reasons } from "./Reason";
import { Lines } from "./States";

/** Shows its content, and lets it ask the server, only when the person may; otherwise says why not. */
export function Permitted({ action, what, children }: { action: string; what: string; children: ReactNode }) {
  const decision = useDecision(action);
  if (!decision) return <Lines rows={3} />;
  if (decision.allowed) return children;
  return (
    <div className="pad">
      <Reasons title={`Why can't I see ${what}?`} reasons={decision.reasons} changes={decision.changes} />
    </div>
  );
}
