import { Act, Dialog, Failure, Lines, Loaded, plural, useCompanyOS, useContextOfUrl, useLoad } from "@companyos/kit";
import type { Service } from "@companyos/sdk";
import { Button, Group, List, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

/** Take a service out of the catalogue, after saying what goes, what stays and who still needs it. */
export function ArchiveService({ service, onClose }: { service: Service; onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [seen] = useState(service.version); // what is confirmed is what was shown
  const around = useLoad(["services", service.name, "dependencies"], (known, options) =>
    known.services.dependencies(service.name, options),
  );
  const archive = useMutation({
    mutationFn: () => api.services.archive(service.name, seen, { context }),
    onSuccess: async () => {
      await navigate({ to: "/services" });
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog title={`Archive ${service.name}`} onClose={onClose}>
      <Stack gap="md">
        {archive.error && <Failure error={archive.error} />}
        <List size="sm" spacing={4}>
          <List.Item>It leaves the catalogue, the search and the overview, in every environment.</List.Item>
          <List.Item>Its deployments, incidents, telemetry and audit records stay.</List.Item>
          <List.Item>Its name can be registered again.</List.Item>
        </List>
        <Loaded of={around} loading={<Lines rows={2} />}>
          {({ dependents }) => (
            <Text size="sm" className={dependents.length > 0 ? "tone-warn" : "dimmed"}>
              {dependents.length > 0
                ? `${plural(dependents.length, "service")} still ${dependents.length > 1 ? "need" : "needs"} it: ${dependents.map(({ name }) => name).join(", ")}.`
                : "No service needs it."}
            </Text>
          )}
        </Loaded>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Act
            action="operations:service.archive"
            type="operations.service"
            id={service.name}
            color="red.9"
            loading={archive.isPending}
            onClick={() => archive.mutate()}
          >
            Archive it
          </Act>
        </Group>
      </Stack>
    </Dialog>
  );
}
