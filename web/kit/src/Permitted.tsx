import type { ReactNode } from "react";
import { tieOf, useDecision } from "./decisions";
import { Reasons } from "./Reason";
import { Lines } from "./States";

export interface PermittedProps {
  action: string;
  what: string;
  /** The page's head above a refusal, where the content brings its own. */
  head?: ReactNode;
  children: ReactNode;
}

/** Shows its content, and lets it ask the server, only when the person may; otherwise says why not. */
export function Permitted({ action, what, head, children }: PermittedProps) {
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
    <>
      {head}
      <div className="pad" {...tie}>
        <Reasons
          title={`Why can't I see ${what}?`}
          reasons={decision.reasons}
          changes={decision.changes}
          ask={{ action }}
        />
      </div>
    </>
  );
}
