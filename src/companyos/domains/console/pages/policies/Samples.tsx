import { useLoad } from "@companyos/kit";
import type { SampleRequest } from "@companyos/sdk";
import { ActionIcon, Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";

/** A made-up request as it is typed: `on` is `type:id`, empty for the tenant. */
export interface Ask {
  role: string;
  action: string;
  on: string;
}

/** The request as the server takes it, with a second factor given just now. */
export function readSample({ role, action, on }: Ask): SampleRequest {
  const [type, id] = on.split(/:(.*)/s);
  return { action, roles: role ? [role] : [], mfa_age: 0, ...(on && { type: type ?? "", id: id ?? "" }) };
}

/** Requests that somebody could make: may this role do this to that? */
export function Samples({ of, onChange }: { of: Ask[]; onChange: (samples: Ask[]) => void }) {
  const version = useLoad(["policies", "version"], (api, options) => api.policies.version(options));
  const roles = Object.entries(version.data?.roles ?? {}).map(([value, label]) => ({ value, label }));
  const change = (at: number, part: Partial<Ask>) =>
    onChange(of.map((one, place) => (place === at ? { ...one, ...part } : one)));
  return (
    <Stack gap="xs">
      {of.map((one, at) => (
        <Group key={at} gap="xs" align="flex-end" wrap="nowrap">
          <Select
            label="Somebody who is"
            data={roles}
            value={one.role}
            onChange={(role) => change(at, { role: role ?? "" })}
            w={190}
          />
          <TextInput
            label="wants to"
            placeholder="operations:deployment.roll_back"
            flex={1}
            value={one.action}
            onChange={(event) => change(at, { action: event.currentTarget.value })}
          />
          <TextInput
            label="on"
            placeholder="the tenant, or operations.service:checkout"
            flex={1}
            value={one.on}
            onChange={(event) => change(at, { on: event.currentTarget.value })}
          />
          <ActionIcon
            aria-label={`Remove sample ${at + 1}`}
            onClick={() => onChange(of.filter((_, place) => place !== at))}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...of, { role: "sre", action: "", on: "" }])}
        >
          Add a sample request
        </Button>
      </Group>
    </Stack>
  );
}
