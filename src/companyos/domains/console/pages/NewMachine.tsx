import { Dialog, Failure, useCompanyOS, useContextOfUrl, useMe } from "@companyos/kit";
import { Button, Group, Stack, TextInput, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Access } from "./Access";

/** Make a service account: a name, what it may do, and its public keys when it signs in by itself. */
export function NewMachine({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const { environment } = useMe();
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<string[]>([]);
  const [environments, setEnvironments] = useState([environment]);
  const [keys, setKeys] = useState("");
  const make = useMutation({
    mutationFn: () => {
      const jwks = keys.trim() === "" ? {} : { jwks: JSON.parse(keys) as Record<string, unknown> };
      return api.serviceAccounts.create({ name: name.trim(), roles, environments, ...jwks }, { context });
    },
    onSuccess: ({ id }) => {
      void queries.invalidateQueries();
      onMade(id);
    },
  });
  const wrong = readable(keys) ? undefined : "This is not JSON. Paste a JWKS: an object with a list named keys.";
  return (
    <Dialog title="New service account" size={520} onClose={onClose}>
      <form onSubmit={(event) => (event.preventDefault(), make.mutate())}>
        <Stack gap="md">
          {make.error && <Failure error={make.error} />}
          <TextInput
            label="Name"
            description="Small letters, digits and dashes"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Access roles={roles} environments={environments} onRoles={setRoles} onEnvironments={setEnvironments} />
          <Textarea
            label="Public keys"
            description="A JWKS (RFC 7517) with ES256 or EdDSA keys; leave it empty for one that only sends telemetry."
            autosize
            minRows={2}
            maxRows={8}
            value={keys}
            error={wrong}
            onChange={(event) => setKeys(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={make.isPending}
              disabled={!name.trim() || environments.length === 0 || wrong !== undefined}
            >
              Make it
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function readable(text: string): boolean {
  if (text.trim() === "") return true;
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false; // said beside the field
  }
}
