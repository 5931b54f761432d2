import { Act, Dialog, Failure, useCompanyOS, useContextOfUrl } from "@companyos/kit";
import type { PlanDetail } from "@companyos/sdk";
import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

const FIRST = `plan: tell-owners
title: Tell the owners of a service
parameters:
  service: {type: string, title: Service}
steps:
  - name: tell
    do: notices.notify
    with:
      to: ["owner:\${parameters.service}"]
      subject: "Something happens with \${parameters.service}"
`;

/** Write a plan's next version. What cannot be read is refused with line and suggestion; nothing half-kept. */
export function EditPlan({ plan, onClose }: { plan?: PlanDetail; onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [seen] = useState(plan?.version ?? 0); // of what the text began with, whatever comes in the meantime
  const [source, setSource] = useState(plan?.source ?? FIRST);
  const check = useMutation({ mutationFn: () => api.plans.check(source, { context }) });
  const keep = useMutation({
    mutationFn: async () => {
      const { name } = await api.plans.check(source, { context });
      return api.plans.put(plan?.name ?? name, seen, source, { context });
    },
    onSuccess: ({ name }) => {
      onClose();
      if (!plan) void navigate({ to: `/plans/${name}`, search: true } as never);
    },
    onSettled: () => queries.invalidateQueries(),
  });
  const failure = keep.error ?? check.error;
  return (
    <Dialog title={plan ? `Edit ${plan.title}` : "Write a plan"} size={760} onClose={onClose}>
      <Stack gap="md">
        {failure && <Failure error={failure} />}
        <Textarea
          label="Plan"
          description="YAML; the authoring guide tells every word of it"
          autosize
          minRows={14}
          maxRows={28}
          value={source}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          onChange={(event) => {
            setSource(event.currentTarget.value);
            check.reset();
            keep.reset();
          }}
          data-autofocus
        />
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {check.data ? `It can be read: ${check.data.steps.length} steps.` : ""}
          </Text>
          <Group gap="xs">
            <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
              Check
            </Button>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Act action="maestro:plan.put" loading={keep.isPending} onClick={() => keep.mutate()}>
              Keep
            </Act>
          </Group>
        </Group>
      </Stack>
    </Dialog>
  );
}
