import {
  Act,
  Dialog,
  Empty,
  Failure,
  Lines,
  Loaded,
  Once,
  PageHead,
  Panel,
  Permitted,
  Status,
  ago,
  stamp,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { Hook } from "@companyos/sdk";
import { Button, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

/** The doors that CI systems report deployments through. */
export default function HooksPage() {
  const [dialog, setDialog] = useWord("new");
  return (
    <>
      <PageHead
        up={{ to: "/deployments", title: "Deployments" }}
        title="Hooks"
        sub="through which CI systems report deployments, each signed with its own secret"
      >
        <Act action="operations:hook.create" onClick={() => setDialog("hook")}>
          New hook
        </Act>
      </PageHead>
      <Permitted action="operations:hook.list" what="the hooks">
        <Hooks />
      </Permitted>
      {dialog === "hook" && <NewHook onClose={() => setDialog("")} />}
    </>
  );
}

function Hooks() {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const hooks = useLoad(["hooks"], (known, options) => known.hooks.list(options));
  const revoke = useMutation({
    mutationFn: (id: string) => api.hooks.revoke(id, { context }),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Panel title="All hooks" sub="newest first">
      {revoke.error && (
        <div className="pad">
          <Failure error={revoke.error} />
        </div>
      )}
      <Loaded of={hooks} loading={<Lines rows={4} />}>
        {({ items }) =>
          items.length > 0 ? (
            <ol className="rows">
              {items.map((hook) => (
                <li key={hook.id}>
                  <Row
                    hook={hook}
                    busy={revoke.isPending && revoke.variables === hook.id}
                    onRevoke={() => revoke.mutate(hook.id)}
                  />
                </li>
              ))}
            </ol>
          ) : (
            <Empty>
              No CI system reports here yet. Make a hook, and give its address and secret to the job that deploys.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const Row = ({ hook, busy, onRevoke }: { hook: Hook; busy: boolean; onRevoke: () => void }) => (
  <Group px="md" py={8} justify="space-between" wrap="nowrap">
    <div>
      <Group gap="xs">
        <Text size="sm" fw={550}>
          {hook.name}
        </Text>
        <Text size="sm">{hook.environment}</Text>
        {hook.revoked_at && <Status code="revoked" />}
      </Group>
      <Text size="xs" c="dimmed" title={stamp(hook.created_at)}>
        <Code className="break">{hook.address}</Code> {`made ${ago(hook.created_at)}`}
        {hook.revoked_at && ` · revoked ${ago(hook.revoked_at)}`}
      </Text>
    </div>
    {!hook.revoked_at && (
      <Act
        action="operations:hook.revoke"
        type="operations.hook"
        id={hook.id}
        variant="default"
        loading={busy}
        onClick={onRevoke}
      >
        Revoke
      </Act>
    )}
  </Group>
);

/** A name, and then the secret: once. */
function NewHook({ onClose }: { onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: () => api.hooks.create(name.trim(), { context }),
    onSuccess: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "hooks" }),
  });
  return (
    <Dialog title={make.data ? `Hook ${make.data.name}` : "New hook"} onClose={onClose}>
      {make.data ? (
        <Stack gap="md">
          <Text size="sm">
            Sign each report as Standard Webhooks 1.0 says, and name the hook in the header <Code>companyos-hook</Code>:
          </Text>
          <Code block className="break">
            {make.data.address}
          </Code>
          <Once secret={make.data.secret} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={(event) => (event.preventDefault(), make.mutate())}>
          <Stack gap="md">
            {make.error && <Failure error={make.error} />}
            <TextInput
              label="Name"
              description="Which CI system, or which job"
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={make.isPending} disabled={name.trim() === ""}>
                Make it
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}
