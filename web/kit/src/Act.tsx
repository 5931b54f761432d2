import type { Decision } from "@companyos/sdk";
import { Button, type ButtonProps, Popover, Tooltip } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useDecision } from "./decisions";
import { Reasons } from "./Reason";

export interface ActProps extends ButtonProps {
  /** The Cedar action and what it is done to. */
  action: string;
  /** Without `type` and `id` it is about the tenant. */
  type?: string;
  id?: string;
  /** Why it cannot be done as things stand, whoever asks: the button is off and says this. */
  hindrance?: string | undefined;
  onClick: () => void;
  children: ReactNode;
}

/** A button that the server's decision enables; when it says no, the button explains why and what would change it. */
export function Act({ action, type, id, hindrance, onClick, children, ...look }: ActProps) {
  const decision = useDecision(action, type, id);
  if (!decision)
    return (
      <Button {...look} disabled>
        {children}
      </Button>
    );
  if (decision.allowed || needsOnlyStepUp(decision)) {
    if (hindrance) return <NotNow why={hindrance} label={children} />;
    return (
      <Button {...look} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <WhyNot decision={decision} look={look}>
      {children}
    </WhyNot>
  );
}

/** Off, but within reach: who points at it, touches it or comes to it by keyboard learns why. */
const NotNow = ({ why, label }: { why: string; label: ReactNode }) => (
  <Tooltip label={why} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
    <Button variant="default" className="locked" aria-disabled data-disabled aria-description={why}>
      {label}
    </Button>
  </Tooltip>
);

/** A refusal that proving oneself again lifts is no reason to lock the button: the preflight leads there. */
const needsOnlyStepUp = ({ reasons }: Decision) =>
  reasons.length > 0 && reasons.every(({ remedy }) => remedy?.kind === "step_up");

function WhyNot({ decision, look, children }: { decision: Decision; look: ButtonProps; children: ReactNode }) {
  return (
    <Popover width={380} position="bottom-end" withArrow shadow="md" transitionProps={{ duration: 0 }} trapFocus>
      <Popover.Target>
        <Button {...look} variant="default" className="locked" leftSection={<IconLock size={13} />}>
          {children}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Why can't I?">
        <Reasons title="Why can't I?" reasons={decision.reasons} changes={decision.changes} />
      </Popover.Dropdown>
    </Popover>
  );
}
