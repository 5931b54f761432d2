import { Actor, Empty, Panel, Status, plural, roleWords, stamp } from "@companyos/kit";
import type { ComparedDecision, PolicySimulation } from "@companyos/sdk";
import { Badge, Code, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import "./policies.css";

type Side = ComparedDecision["effective"];

/** Which decisions would be another: samples first, then every recorded one that flips, with both sides' reasons. */
export function Simulation({ of }: { of: PolicySimulation }) {
  const { replayed, unreadable, since, flipped, flips, samples } = of;
  const shown = flips.length < flipped ? ` · the newest ${flips.length} are listed` : "";
  return (
    <Stack gap="md">
      {samples.length > 0 && (
        <Panel title="Sample requests" sub={plural(samples.length, "request")}>
          <Rows of={samples} />
        </Panel>
      )}
      <Panel
        title="Recorded decisions that flip"
        sub={`${flipped} of ${replayed}${since ? ` since ${stamp(since)}` : ""}${shown}`}
      >
        {flipped > 0 && (
          <Group gap="xs" px="md" py="sm" role="list" aria-label="Flips by action and role">
            {[...of.by_action, ...of.by_role].map(({ name, to_yes, to_no }) => (
              <Badge key={name} color="gray" role="listitem" tt="none">
                {`${roleWords(name)}: ${[to_no && `${to_no} to no`, to_yes && `${to_yes} to yes`].filter(Boolean).join(", ")}`}
              </Badge>
            ))}
          </Group>
        )}
        {flips.length > 0 ? <Rows of={flips} /> : <Empty>No recorded decision would have been another.</Empty>}
        {unreadable > 0 && (
          <Text size="xs" c="dimmed" px="md" pb="sm">
            {plural(unreadable, "recorded decision")} could not be made again: its action is gone, or nobody was signed
            in.
          </Text>
        )}
      </Panel>
    </Stack>
  );
}

function Rows({ of }: { of: ComparedDecision[] }) {
  return (
    <ol className="rows">
      {of.map((one, at) => (
        <Row key={one.decision ?? at} of={one} />
      ))}
    </ol>
  );
}

function Row({ of: one }: { of: ComparedDecision }) {
  const [open, setOpen] = useState(false);
  const flips = one.effective.allowed !== one.proposed.allowed;
  return (
    <li>
      <UnstyledButton className="row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Verdict of={one.effective} />
        <Text span size="xs" c="dimmed">
          {flips ? "would be" : "stays"}
        </Text>
        <Verdict of={one.proposed} />
        <span className="row-text">
          <b>{one.action}</b>{" "}
          <Text span size="sm" c="dimmed">
            {one.resource}
          </Text>
        </span>
        <Text span size="xs" c="dimmed">
          {one.at ? <Actor of={one.actor} /> : one.roles.map(roleWords).join(", ")}
          {one.at ? ` · ${stamp(one.at)}` : ""}
        </Text>
      </UnstyledButton>
      {open && (
        <div className="flip-sides pad">
          <Why title="In force" side={one.effective} />
          <Why title="Proposed" side={one.proposed} />
        </div>
      )}
    </li>
  );
}

const Verdict = ({ of: { allowed } }: { of: Side }) => <Status code={allowed ? "allowed" : "denied"} />;

function Why({ title, side }: { title: string; side: Side }) {
  return (
    <Stack gap={6}>
      <Group gap={6}>
        <Text size="xs" c="dimmed">
          {title}
        </Text>
        <Verdict of={side} />
      </Group>
      {side.reasons.map(({ code, sentence, where }) => (
        <div key={`${code} ${where}`}>
          <Text size="sm">{sentence}</Text>
          <Code className="break">{where ?? code}</Code>
        </div>
      ))}
    </Stack>
  );
}
