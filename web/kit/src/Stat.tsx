import { Card, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Spark } from "./Spark";
import type { Tone } from "./Status";

export interface StatProps {
  label: string;
  value: string;
  /** A few words that say what the number means. */
  note?: ReactNode;
  tone?: Tone;
  spark?: (number | null)[];
  big?: boolean;
}

/** One number that matters. */
export function Stat({ label, value, note, tone, spark, big = false }: StatProps) {
  return (
    <Card className="panel stat" p="md" pb={spark ? 0 : "md"}>
      <Text size="xs" c="dimmed" fw={500}>
        {label}
      </Text>
      <Group justify="space-between" align="baseline" mt={2} wrap="nowrap">
        <Text fz={big ? 32 : 24} fw={600} className={`num ${tone ? `tone-${tone}` : ""}`}>
          {value}
        </Text>
        {note && (
          <Text component="div" size="xs" c="dimmed" className="num" ta="right">
            {note}
          </Text>
        )}
      </Group>
      {spark && (
        <div className="bleed">
          <Spark values={spark} tone={tone ?? "info"} height={34} />
        </div>
      )}
    </Card>
  );
}
