import { Act, Dialog, Failure, Loaded, Status, useCompanyOS, useContextOfUrl, useLoad } from "@companyos/kit";
import type { Person, PersonChange } from "@companyos/sdk";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Access } from "./Access";

/** Change what a member may do and where; lock them out, or let them in again. */
export function EditPerson({ id, onClose }: { id: string; onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const person = useLoad(["people", id], (known, options) => known.people.get(id, options));
  const change = useMutation({
    mutationFn: (body: PersonChange) => api.people.change(id, person.data?.etag ?? "", body, { context }),
    onSuccess: (_, { status }) => status ?? onClose(),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Dialog title={person.data?.name ?? "Person"} size={520} onClose={onClose}>
      <Stack gap="md">
        {change.error && <Failure error={change.error} />}
        <Loaded of={person} what="person">
          {(it) => (
            <Form
              key={it.etag}
              person={it}
              busy={change.isPending ? change.variables : undefined}
              onChange={change.mutate}
              onClose={onClose}
            />
          )}
        </Loaded>
      </Stack>
    </Dialog>
  );
}

interface FormProps {
  person: Person;
  /** What is being changed at this moment. */
  busy: PersonChange | undefined;
  onChange: (change: PersonChange) => void;
  onClose: () => void;
}

function Form({ person, busy, onChange, onClose }: FormProps) {
  const [roles, setRoles] = useState(person.roles);
  const [environments, setEnvironments] = useState(person.environments);
  const locked = person.status === "locked";
  const about = { type: "identity.person", id: person.id };
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {person.email}
        </Text>
        <Status code={person.status} />
      </Group>
      <Access roles={roles} environments={environments} onRoles={setRoles} onEnvironments={setEnvironments} />
      <Group justify="space-between">
        <Act
          action="identity:person.lock"
          {...about}
          variant="default"
          loading={busy?.status !== undefined}
          onClick={() => onChange({ status: locked ? "active" : "locked" })}
        >
          {locked ? "Unlock" : "Lock out"}
        </Act>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Act
            action="identity:person.update"
            {...about}
            loading={busy?.roles !== undefined}
            onClick={() => onChange({ roles, environments })}
          >
            Save
          </Act>
        </Group>
      </Group>
      <Text size="xs" c="dimmed">
        Locking ends all their sign-ins here at once. What they did stays in the audit trail.
      </Text>
    </Stack>
  );
}
