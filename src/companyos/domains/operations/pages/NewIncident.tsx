import { Dialog, Failure, useCompanyOS, useContextOfUrl, useDraft, useList } from "@companyos/kit";
import type { Severity } from "@companyos/sdk";
import { Button, Group, MultiSelect, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { SEVERITIES } from "./severities";

/** Open an incident. What is typed survives a reload or a new sign-in. */
export function NewIncident({ onClose }: { onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [title, setTitle, clearTitle] = useDraft("incident.title");
  const [severity, setSeverity, clearSeverity] = useDraft("incident.severity", "sev3");
  const [services, setServices, clearServices] = useDraft("incident.services");
  const known = useList(["services", "", ""], (asked, cursor, options) =>
    asked.services.list({ cursor: cursor ?? null, limit: 200 }, options),
  );
  const named = services ? services.split(",") : [];
  const open = useMutation({
    mutationFn: () =>
      api.incidents.open(
        { title: title.trim(), severity: severity as Severity, services: named },
        { context, resumeAs: "incidents.open" },
      ),
    onSuccess: ({ id }) => {
      for (const clear of [clearTitle, clearSeverity, clearServices]) clear();
      void queries.invalidateQueries();
      void navigate({ to: `/incidents/${id}` });
    },
  });
  return (
    <Dialog title="Open an incident" onClose={onClose}>
      <form onSubmit={(event) => (event.preventDefault(), open.mutate())}>
        <Stack gap="md">
          {open.error && <Failure error={open.error} />}
          <TextInput
            label="What is wrong?"
            placeholder="Checkout answers slowly in eu-west"
            required
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            data-autofocus
          />
          <div>
            <Text size="sm" fw={500} mb={4} id="severity">
              How bad is it?
            </Text>
            <SegmentedControl
              size="xs"
              fullWidth
              data={SEVERITIES}
              value={severity}
              onChange={setSeverity}
              aria-labelledby="severity"
            />
          </div>
          <MultiSelect
            label="Services"
            description="Which of them are hurt"
            searchable
            data={(known.data ?? []).map(({ name }) => name)}
            value={named}
            onChange={(next) => setServices(next.join(","))}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={open.isPending} disabled={title.trim() === ""}>
              Open the incident
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
