import { ActionIcon, Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { type Draft, EMPTY, KINDS, VERBS } from "./operations";

/** Small steps that mend an event, carried out in order. */
export function Operations({ drafts, onChange }: { drafts: Draft[]; onChange: (drafts: Draft[]) => void }) {
  const change = (at: number, part: Partial<Draft>) =>
    onChange(drafts.map((one, i) => (i === at ? { ...one, ...part } : one)));
  return (
    <Stack gap="sm">
      {drafts.map((draft, i) => (
        <Group key={i} gap="xs" align="flex-end" wrap="wrap" role="group" aria-label={`Step ${i + 1}`}>
          <Select
            label={`Step ${i + 1}`}
            w={150}
            allowDeselect={false}
            value={draft.do}
            data={Object.entries(VERBS).map(([value, label]) => ({ value, label }))}
            onChange={(value) => value && change(i, { do: value as Draft["do"], to: "", value: "" })}
          />
          <TextInput
            label="Place"
            w={210}
            placeholder="/props/amount"
            value={draft.at}
            onChange={(event) => change(i, { at: event.currentTarget.value })}
          />
          <Rest draft={draft} onChange={(part) => change(i, part)} />
          <ActionIcon
            size="lg"
            aria-label={`Remove step ${i + 1}`}
            onClick={() => onChange(drafts.filter((_, at) => at !== i))}
          >
            <IconX size={15} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...drafts, EMPTY])}
          disabled={drafts.length >= 20}
        >
          Add a step
        </Button>
      </Group>
    </Stack>
  );
}

/** What a step is told besides its place. */
function Rest({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const to = (label: string, placeholder: string) => (
    <TextInput
      label={label}
      w={190}
      placeholder={placeholder}
      value={draft.to}
      onChange={(event) => onChange({ to: event.currentTarget.value })}
    />
  );
  const value = (label: string, placeholder: string) => (
    <TextInput
      label={label}
      w={150}
      placeholder={placeholder}
      value={draft.value}
      onChange={(event) => onChange({ value: event.currentTarget.value })}
    />
  );
  switch (draft.do) {
    case "rename":
      return to("New name", "amount");
    case "move":
      return to("To", "/props/amount");
    case "set_default":
      return value("Value, as JSON or text", "0");
    case "cast":
      return (
        <Select
          label="As"
          w={120}
          allowDeselect={false}
          value={draft.to || "text"}
          data={[...KINDS]}
          onChange={(kind) => onChange({ to: kind ?? "text" })}
        />
      );
    case "map_value":
      return (
        <>
          {value("From", "Gold")}
          {to("To", "gold")}
        </>
      );
    case "drop":
      return null;
  }
}
