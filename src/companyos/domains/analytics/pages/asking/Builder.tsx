import { useLoad } from "@companyos/kit";
import { Group, Select, Text } from "@mantine/core";
import { useState } from "react";
import { BY, type Built, FIRST, MEASURES, sqlOf } from "./built";

/** A question step by step: every choice writes its SQL below, where it can be changed further. */
export function Builder({ onBuilt }: { onBuilt: (sql: string) => void }) {
  const [built, setBuilt] = useState(FIRST);
  const schemas = useLoad(["schemas", "names"], (api, options) => api.schemas.list({ limit: 200 }, options));
  const change = (part: Partial<Built>) => {
    const next = { ...built, ...part };
    setBuilt(next);
    onBuilt(sqlOf(next));
  };
  const names = schemas.data?.items.map(({ name }) => name) ?? [];
  return (
    <Group gap={8} role="group" aria-label="Build a question">
      <Select
        aria-label="Measure"
        size="xs"
        w={110}
        data={Object.entries(MEASURES).map(([value, { label }]) => ({ value, label }))}
        value={built.measure}
        onChange={(value) => value && change({ measure: value as Built["measure"] })}
        allowDeselect={false}
      />
      <Text size="sm" c="dimmed">
        of
      </Text>
      <Select
        aria-label="Event"
        size="xs"
        w={240}
        searchable
        clearable
        placeholder="every event"
        data={names}
        value={built.event || null}
        onChange={(value) => change({ event: value ?? "" })}
      />
      <Text size="sm" c="dimmed">
        by
      </Text>
      <Select
        aria-label="By"
        size="xs"
        w={110}
        data={Object.entries(BY).map(([value, { label }]) => ({ value, label }))}
        value={built.by}
        onChange={(value) => value && change({ by: value as Built["by"] })}
        allowDeselect={false}
      />
    </Group>
  );
}
