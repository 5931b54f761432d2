import { Card, Divider, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

export interface PanelProps {
  title: string;
  sub?: ReactNode;
  right?: ReactNode;
  children: ReactNode;
  /** Inner spacing; lists bring their own. */
  pad?: boolean;
}

/** A titled card: the unit of every page. */
export function Panel({ title, sub, right, children, pad = false }: PanelProps) {
  const id = useId();
  return (
    <Card component="section" padding={0} className="panel" aria-labelledby={id}>
      <Group justify="space-between" px="md" mih={38} wrap="nowrap" className="panel-head">
        <Group gap={8} wrap="nowrap" miw={0}>
          <Title order={2} id={id}>
            {title}
          </Title>
          {sub && (
            <Text component="div" c="dimmed" size="xs" truncate>
              {sub}
            </Text>
          )}
        </Group>
        {right && (
          <Group gap={6} wrap="nowrap">
            {right}
          </Group>
        )}
      </Group>
      <Divider />
      <div className={pad ? "pad" : undefined}>{children}</div>
    </Card>
  );
}
