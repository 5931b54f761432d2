import { Reasons, SubjectLink, plural } from "@companyos/kit";
import type { DryRun, DryRunStep } from "@companyos/sdk";
import { Badge, Code, Group, List, Stack, Text, Title } from "@mantine/core";

/** What a plan would do now: each step in words, how it is taken back, whom trouble could reach. */
export function DryRunView({ of }: { of: DryRun }) {
  const { guards, steps, affected, more_affected: more, hash, may } = of;
  return (
    <Stack gap="md" className="pad">
      {!may && (
        <Reasons
          title="Policy would refuse a step"
          reasons={steps
            .flatMap(({ decisions }) => decisions.filter((one) => !one.allowed))
            .flatMap((one) => one.reasons)}
        />
      )}
      <ol className="steps">
        {steps.map((step) => (
          <Step key={step.name} of={step} />
        ))}
      </ol>
      {guards.length > 0 && (
        <Group gap="xs">
          {guards.map(({ condition, holds }) => (
            <Badge key={condition} color={holds === false ? "red" : holds ? "teal" : "gray"}>
              {condition}
            </Badge>
          ))}
        </Group>
      )}
      <Text size="sm">
        {affected.length === 0
          ? "It reaches nothing else."
          : `It could reach ${more ? "more than " : ""}${plural(affected.length, "thing")}: `}
        {affected.slice(0, 12).map((subject, at) => (
          <span key={subject}>
            {at > 0 && ", "}
            <SubjectLink of={subject} />
          </span>
        ))}
      </Text>
      <Text size="xs" c="dimmed">
        A run is bound to exactly this: <Code>{hash.slice(0, 16)}</Code>
      </Text>
    </Stack>
  );
}

const Step = ({ of: { name, title, type, when, sentence, undo } }: { of: DryRunStep }) => (
  <li>
    <Group gap="xs">
      <Title order={3}>{title}</Title>
      <Text size="xs" c="dimmed">
        {name} · {type}
      </Text>
    </Group>
    <List size="sm" spacing={2} listStyleType="none">
      <List.Item>
        {when}
        {sentence}
      </List.Item>
      <List.Item>
        <Text size="sm" c="dimmed">
          {undo ? `Taken back: ${undo}` : "It cannot be taken back."}
        </Text>
      </List.Item>
    </List>
  </li>
);
