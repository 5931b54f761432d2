import { plural } from "@companyos/kit";
import type { Elevation } from "@companyos/sdk";
import { Code, List, Stack, Text } from "@mantine/core";

/** The exact plan that was asked for: its effects, how far it reaches, its hash. */
export function Shown({ preview }: { preview: NonNullable<Elevation["preview"]> }) {
  const { effects, affected, more_affected, undo, hash } = preview;
  return (
    <Stack gap={6}>
      <List size="sm" spacing={4}>
        {effects.map((effect) => (
          <List.Item key={effect}>{effect}</List.Item>
        ))}
      </List>
      <Text size="sm" c="dimmed">
        {affected.length === 0
          ? "Reaches nothing else."
          : `Could reach ${more_affected ? "more than " : ""}${plural(affected.length, "thing")}: ${affected
              .slice(0, 12)
              .map(({ id }) => id)
              .join(", ")}`}
      </Text>
      {undo && (
        <Text size="sm" c="dimmed">
          How it is taken back: {undo}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        Bound to the plan <Code>{hash.slice(0, 16)}</Code>. If the plan changes, it is void.
      </Text>
    </Stack>
  );
}
