import { Act, Dialog, Failure, useCompanyOS, useContextOfUrl } from "@companyos/kit";
import type { Service, ServiceChange } from "@companyos/sdk";
import { Button, Group, NumberInput, Select, SimpleGrid, Stack, TagsInput, TextInput, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

const TIERS = ["t0", "t1", "t2", "t3"] as const;
const LIFECYCLES = ["experimental", "production", "deprecated"] as const;

/** Change what is said and promised of a service; refused when somebody else changed it since it was shown. */
export function EditService({ service, onClose }: { service: Service; onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [seen] = useState(service.version); // of what the fields began with, whatever comes in the meantime
  const [said, setSaid] = useState<ServiceChange>(() => ({
    title: service.title,
    description: service.description,
    owner: service.owner,
    tier: service.tier,
    lifecycle: service.lifecycle,
    objective: service.objective,
    latency_objective_ms: service.latency_objective_ms,
    depends_on: service.depends_on,
  }));
  const say = (part: ServiceChange) => setSaid((before) => ({ ...before, ...part }));
  const change = useMutation({
    mutationFn: () => api.services.change(service.name, seen, said, { context }),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Dialog title={`Edit ${service.name}`} size={620} onClose={onClose}>
      <Stack gap="md">
        {change.error && <Failure error={change.error} />}
        <SimpleGrid cols={2} spacing="md">
          <TextInput
            label="Title"
            value={said.title ?? ""}
            onChange={(event) => say({ title: event.currentTarget.value })}
            data-autofocus
          />
          <TextInput
            label="Owner"
            value={said.owner ?? ""}
            onChange={(event) => say({ owner: event.currentTarget.value })}
          />
          <Select
            label="Tier"
            data={[...TIERS]}
            value={said.tier ?? null}
            onChange={(tier) => tier && say({ tier })}
            allowDeselect={false}
          />
          <Select
            label="Lifecycle"
            data={[...LIFECYCLES]}
            value={said.lifecycle ?? null}
            onChange={(lifecycle) => lifecycle && say({ lifecycle })}
            allowDeselect={false}
          />
          <NumberInput
            label="Objective"
            description="Share of requests that succeed, over 30 days"
            suffix="%"
            min={50}
            max={100}
            decimalScale={4}
            step={0.05}
            value={Number(((said.objective ?? 1) * 100).toFixed(4))}
            onChange={(value) => typeof value === "number" && say({ objective: Number((value / 100).toFixed(6)) })}
          />
          <NumberInput
            label="Latency objective"
            description="What the p95 stays under; empty for none"
            suffix=" ms"
            min={1}
            max={600_000}
            allowDecimal={false}
            value={said.latency_objective_ms ?? ""}
            onChange={(value) => say({ latency_objective_ms: typeof value === "number" ? value : null })}
          />
        </SimpleGrid>
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxRows={6}
          value={said.description ?? ""}
          onChange={(event) => say({ description: event.currentTarget.value })}
        />
        <TagsInput
          label="Needs"
          description="The services that it depends on, by name"
          value={said.depends_on ?? []}
          onChange={(depends_on) => say({ depends_on })}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Act
            action="operations:service.change"
            type="operations.service"
            id={service.name}
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
