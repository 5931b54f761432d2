import type { Decision } from "@companyos/sdk";
import { Button, type ButtonProps, Popover, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconLock } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { type Tie, needsOnlyStepUp, tieOf, useDecision } from "./decisions";
import { type Asked, Reasons } from "./Reason";
import { useCompanyOS } from "./session";
import { tellRefusal } from "./usage";

export interface ActProps extends ButtonProps {
  /** The Cedar action and what it is done to. */
  action: string;
  /** Without `type` it is about the tenant, and `id` is the button's own: a menu gives its target one. */
  type?: string;
  id?: string;
  /** Why it cannot be done as things stand, whoever asks: the button is off and says this. */
  hindrance?: string | undefined;
  onClick: () => void;
  children: ReactNode;
}

/** A button that the server's decision enables; when it says no, the button explains why and what would change it. */
export function Act({ action, type, id: given, hindrance, onClick, children, ...rest }: ActProps) {
  const id = type && given;
  const look = { ...rest, ...(!type && given && { id: given }) };
  const decision = useDecision(action, type, id);
  const tie = tieOf(decision, action, type, id);
  if (!decision)
    return (
      <Button {...look} {...tie} disabled>
        {children}
      </Button>
    );
  if (decision.allowed || needsOnlyStepUp(decision)) {
    if (hindrance) return <NotNow why={hindrance} label={children} tie={tie} />;
    return (
      <Button {...look} {...tie} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <WhyNot decision={decision} look={{ ...look, ...tie }} ask={{ action, ...(type && { type }), ...(id && { id }) }}>
      {children}
    </WhyNot>
  );
}

/** Off, but within reach: who points at it, touches it or comes to it by keyboard learns why. */
const NotNow = ({ why, label, tie }: { why: string; label: ReactNode; tie: Tie }) => (
  <Tooltip label={why} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
    <Button {...tie} variant="default" className="locked" aria-disabled data-disabled aria-description={why}>
      {label}
    </Button>
  </Tooltip>
);

interface WhyNotProps {
  decision: Decision;
  look: ButtonProps;
  ask: Asked;
  children: ReactNode;
}

function WhyNot({ decision, look, ask, children }: WhyNotProps) {
  const [opened, setOpened] = useState(false);
  const known = useCompanyOS();
  const toggle = () => {
    if (!opened) tellRefusal(known, decision.reasons[0]?.code ?? "", ask.action);
    setOpened(!opened);
  };
  useHotkeys([["Escape", () => setOpened(false)]]); // the popover itself hears it only once the focus has come in
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={380}
      position="bottom-end"
      withArrow
      shadow="md"
      transitionProps={{ duration: 0 }}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button {...look} variant="default" className="locked" leftSection={<IconLock size={13} />} onClick={toggle}>
          {children}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Why can't I?">
        <Reasons title="Why can't I?" reasons={decision.reasons} changes={decision.changes} ask={ask} />
      </Popover.Dropdown>
    </Popover>
  );
}
