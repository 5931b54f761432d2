import {
  Act,
  Dialog,
  Failure,
  Loaded,
  Once,
  Status,
  ago,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
} from "@companyos/kit";
import type { ServiceAccount, ServiceAccountChange } from "@companyos/sdk";
import { Code, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Access, useEnvironments } from "./Access";

const UPDATE = "identity:service_account.update";
const aboutOf = (id: string) => ({ type: "identity.service_account", id });

/** Change a service account, and look after the keys with which it sends telemetry. */
export function EditMachine({ id, onClose }: { id: string; onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const account = useLoad(["service-accounts", id], (known, options) => known.serviceAccounts.get(id, options));
  const change = useMutation({
    mutationFn: (body: ServiceAccountChange) =>
      api.serviceAccounts.change(id, account.data?.etag ?? "", body, { context }),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Dialog title={account.data?.name ?? "Service account"} size={560} onClose={onClose}>
      <Loaded of={account} what="service account">
        {(it) => (
          <Stack gap="lg">
            {change.error && <Failure error={change.error} />}
            <Form
              key={it.etag}
              account={it}
              busy={change.isPending ? change.variables : undefined}
              onChange={change.mutate}
            />
            <Keys account={it} />
          </Stack>
        )}
      </Loaded>
    </Dialog>
  );
}

interface FormProps {
  account: ServiceAccount;
  /** What is being changed at this moment. */
  busy: ServiceAccountChange | undefined;
  onChange: (change: ServiceAccountChange) => void;
}

function Form({ account, busy, onChange }: FormProps) {
  const [roles, setRoles] = useState(account.roles);
  const [environments, setEnvironments] = useState(account.environments);
  const off = account.status === "disabled";
  return (
    <Stack gap="md">
      <Group justify="space-between" wrap="nowrap">
        <Code className="break">{account.client_id}</Code>
        <Status code={account.status} />
      </Group>
      <Access roles={roles} environments={environments} onRoles={setRoles} onEnvironments={setEnvironments} />
      <Group justify="space-between">
        <Act
          action={UPDATE}
          {...aboutOf(account.id)}
          variant="default"
          loading={busy?.status !== undefined}
          onClick={() => onChange({ status: off ? "active" : "disabled" })}
        >
          {off ? "Enable" : "Disable"}
        </Act>
        <Act
          action={UPDATE}
          {...aboutOf(account.id)}
          loading={busy?.roles !== undefined}
          onClick={() => onChange({ roles, environments })}
        >
          Save
        </Act>
      </Group>
    </Stack>
  );
}

/** Its ingest keys; a new one is shown once. */
function Keys({ account: { id, keys } }: { account: ServiceAccount }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const places = useEnvironments();
  const [place, setPlace] = useState(places[0] ?? null);
  const onSettled = () => queries.invalidateQueries();
  const make = useMutation({
    mutationFn: (environment: string) => api.serviceAccounts.createKey(id, environment, { context }),
    onSettled,
  });
  const revoke = useMutation({
    mutationFn: (key: string) => api.serviceAccounts.revokeKey(id, key, { context }),
    onSettled,
  });
  const collect = useMutation({
    mutationFn: (key: string) => api.serviceAccounts.collectKey(id, key, { context }),
    onSettled,
  });
  const failure = make.error ?? revoke.error ?? collect.error;
  return (
    <Stack gap="sm">
      <Title order={3}>Ingest keys</Title>
      {failure && <Failure error={failure} />}
      {make.data && <Once secret={make.data.key} />}
      {collect.data && <Once secret={collect.data.key} />}
      {keys.length === 0 && (
        <Text size="sm" c="dimmed">
          It cannot send telemetry yet.
        </Text>
      )}
      {keys.map((key) => (
        <Group key={key.id} justify="space-between" wrap="nowrap">
          <Text size="sm">
            {key.environment}{" "}
            <Text span size="xs" c="dimmed">
              {`…${key.id.slice(-6)} · made ${ago(key.created_at)}`}
            </Text>
          </Text>
          {key.waits && (
            <Act
              action="identity:service_account.collect"
              {...aboutOf(id)}
              loading={collect.isPending && collect.variables === key.id}
              onClick={() => collect.mutate(key.id)}
            >
              Collect
            </Act>
          )}
          <Act
            action={UPDATE}
            {...aboutOf(id)}
            variant="default"
            loading={revoke.isPending && revoke.variables === key.id}
            onClick={() => revoke.mutate(key.id)}
          >
            Revoke
          </Act>
        </Group>
      ))}
      <Group gap="xs">
        <Select
          size="xs"
          w={140}
          aria-label="Environment of the new key"
          data={places}
          value={place}
          onChange={setPlace}
          allowDeselect={false}
        />
        <Act
          action={UPDATE}
          {...aboutOf(id)}
          variant="default"
          loading={make.isPending}
          onClick={() => place && make.mutate(place)}
        >
          New ingest key
        </Act>
      </Group>
    </Stack>
  );
}
