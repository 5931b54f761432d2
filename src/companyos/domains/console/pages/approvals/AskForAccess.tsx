import {
  Dialog,
  Failure,
  Lines,
  Loaded,
  useCompanyOS,
  useContextOfUrl,
  useDraft,
  useLoad,
  useMe,
  useSetWords,
  useWord,
} from "@companyos/kit";
import { Button, Code, Group, NumberInput, Select, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

/** The request form. An address that names an act fills it in: the remedy "Request access" leads here. */
export function AskForAccess({ onClose }: { onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const { environment } = useMe();
  const setWords = useSetWords();
  const [action] = useWord("action");
  const [type] = useWord("type");
  const [id] = useWord("id");
  const [hash] = useWord("hash");
  const [input] = useWord("input");
  const [role, setRole] = useState<string | null>(null);
  const [minutes, setMinutes] = useState<number | string>(30);
  const [reason, setReason, clear] = useDraft(`access.${action || "role"}.${id}`);
  const roles = useLoad(["roles"], (asked, options) => asked.people.roles(options));
  const leave = () => (setWords({ action: undefined, type: undefined, id: undefined, hash: undefined }), onClose());
  const ask = useMutation({
    mutationFn: () =>
      api.elevations.request(
        {
          minutes: Number(minutes),
          reason: reason.trim(),
          ...(action && !role
            ? { kind: "act", action, plan_hash: hash, ...(type && { type }), ...(id && { id }), input: parsed(input) }
            : { kind: "role", role: role ?? "" }),
        },
        { context },
      ),
    onSuccess: ({ id: made }) => {
      clear();
      void queries.invalidateQueries();
      setWords({
        new: undefined,
        action: undefined,
        type: undefined,
        id: undefined,
        hash: undefined,
        input: undefined,
        tab: "mine",
        elevation: made,
      });
    },
  });
  return (
    <Dialog title="Request access" onClose={leave}>
      <form onSubmit={(event) => (event.preventDefault(), ask.mutate())}>
        <Stack gap="md">
          {ask.error && <Failure error={ask.error} />}
          {action && (
            <Text size="sm">
              For exactly this act, once: <Code>{action}</Code> {id && <Code className="break">{`${type}:${id}`}</Code>}
              {hash && " as the preflight showed it."}
            </Text>
          )}
          <Loaded of={roles} loading={<Lines rows={1} />}>
            {({ items }) => (
              <Select
                label={action ? "Or a role instead" : "Role"}
                description={`Holds in ${environment}`}
                data={items.map(({ name, title }) => ({ value: name, label: title }))}
                value={role}
                onChange={setRole}
                clearable={Boolean(action)}
                required={!action}
              />
            )}
          </Loaded>
          <NumberInput
            label="Minutes"
            description="Counted from the moment somebody approves it"
            min={1}
            value={minutes}
            onChange={setMinutes}
            required
          />
          <Textarea
            label="Why do you need it?"
            description="Whoever decides reads it; it is kept with the evidence."
            required
            autosize
            minRows={2}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={leave}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={ask.isPending}
              disabled={!reason.trim() || !Number(minutes) || !(action || role)}
            >
              Ask
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** What the address says the act is told besides; nothing when that is no JSON object. */
function parsed(text: string): Record<string, unknown> {
  if (!text) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
