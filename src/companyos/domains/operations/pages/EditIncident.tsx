import { Act, Dialog, Failure, useCompanyOS, useContextOfUrl, useList } from "@companyos/kit";
import type { Incident, IncidentChange, Severity } from "@companyos/sdk";
import { Button, Group, MultiSelect, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { SEVERITIES } from "./severities";

/** Change how bad an incident is, whose it is and what it is about; refused when it changed since it was shown. */
export function EditIncident({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [seen] = useState(incident.version); // of what the fields began with, whatever comes in the meantime
  const [said, setSaid] = useState({
    title: incident.title,
    severity: incident.severity,
    owner: incident.owner,
    services: incident.services,
    deployments: incident.deployments,
  });
  const say = (part: Partial<typeof said>) => setSaid((before) => ({ ...before, ...part }));
  const services = useList(["services", "", ""], (asked, cursor, options) =>
    asked.services.list({ cursor: cursor ?? null, limit: 200 }, options),
  );
  const deployments = useList(["deployments", {}], (asked, cursor, options) =>
    asked.deployments.list({ cursor: cursor ?? null, limit: 50 }, options),
  );
  const change = useMutation({
    mutationFn: () => api.incidents.change(incident.id, seen, said satisfies IncidentChange, { context }),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries(),
  });
  const releases = new Map([
    ...incident.deployments.map((id) => [id, id] as const),
    ...(deployments.data ?? []).map(({ id, service, version }) => [id, `${service} ${version}`] as const),
  ]);
  const named = [...new Set([...incident.services, ...(services.data ?? []).map(({ name }) => name)])];
  return (
    <Dialog title="Change the incident" onClose={onClose}>
      <Stack gap="md">
        {change.error && <Failure error={change.error} />}
        <TextInput
          label="Title"
          required
          value={said.title}
          onChange={(event) => say({ title: event.currentTarget.value })}
          data-autofocus
        />
        <Stack gap={4}>
          <Text size="sm" fw={500} id="severity-of-incident">
            Severity
          </Text>
          <SegmentedControl
            aria-labelledby="severity-of-incident"
            fullWidth
            data={SEVERITIES}
            value={said.severity}
            onChange={(severity) => say({ severity: severity as Severity })}
          />
        </Stack>
        <TextInput
          label="Owner"
          description="A team or a person; empty until somebody acknowledges it"
          value={said.owner}
          onChange={(event) => say({ owner: event.currentTarget.value })}
        />
        <MultiSelect
          label="Services"
          searchable
          data={named}
          value={said.services}
          onChange={(chosen) => say({ services: chosen })}
        />
        <MultiSelect
          label="Deployments"
          searchable
          data={[...releases].map(([value, label]) => ({ value, label }))}
          value={said.deployments}
          onChange={(chosen) => say({ deployments: chosen })}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Act
            action="operations:incident.change"
            type="operations.incident"
            id={incident.id}
            hindrance={said.title.trim().length < 3 ? "The title has three letters at least." : undefined}
            loading={change.isPending}
            onClick={() => change.mutate()}
          >
            Save
          </Act>
        </Group>
      </Stack>
    </Dialog>
  );
}
