import { Badge, Group } from "@mantine/core";

/** Words side by side: roles, environments. */
export const Labels = ({ of }: { of: string[] }) => (
  <Group gap={4}>
    {of.map((word) => (
      <Badge key={word} color="gray">
        {word}
      </Badge>
    ))}
  </Group>
);
