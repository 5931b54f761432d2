import { Dialog, Failure, useCompanyOS, useContextOfUrl, useDraft, useMe } from "@companyos/kit";
import { Button, Code, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Access } from "./Access";

const listOf = (text: string) => (text ? text.split(",") : []);

/** Invite a person into this tenant. The code is shown once, here; pass it on yourself. */
export function Invite({ onClose }: { onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const { environment } = useMe();
  const [name, setName, clearName] = useDraft("invite.name");
  const [email, setEmail, clearEmail] = useDraft("invite.email");
  const [roles, setRoles, clearRoles] = useDraft("invite.roles");
  const [places, setPlaces, clearPlaces] = useDraft("invite.environments", environment);
  const invite = useMutation({
    meta: { action: "identity:person.invite" },
    mutationFn: () =>
      api.people.invite(
        { name: name.trim(), email: email.trim(), roles: listOf(roles), environments: listOf(places) },
        { context, resumeAs: "people.invite" },
      ),
    onSuccess: () => {
      for (const clear of [clearName, clearEmail, clearRoles, clearPlaces]) clear();
      void queries.invalidateQueries();
    },
  });
  return (
    <Dialog title={invite.data ? "Invited" : "Invite a person"} size={520} onClose={onClose}>
      {invite.data ? (
        <Ticket name={invite.data.person.name} url={invite.data.url} code={invite.data.code} onClose={onClose} />
      ) : (
        <form onSubmit={(event) => (event.preventDefault(), invite.mutate())}>
          <Stack gap="md">
            {invite.error && <Failure error={invite.error} />}
            <TextInput
              label="Name"
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <TextInput
              label="Email"
              type="email"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Access
              roles={listOf(roles)}
              environments={listOf(places)}
              onRoles={(next) => setRoles(next.join(","))}
              onEnvironments={(next) => setPlaces(next.join(","))}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button
                type="submit"
                loading={invite.isPending}
                disabled={!name.trim() || !email.trim() || !roles || !places}
              >
                Invite
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}

const Ticket = ({ name, url, code, onClose }: { name: string; url: string; code: string; onClose: () => void }) => (
  <Stack gap="md">
    <Text size="sm">Give {name} this address and this code. The code is shown only now and works once.</Text>
    <div className="facts">
      <Text size="sm" c="dimmed">
        Address
      </Text>
      <Code className="break">{url}</Code>
      <Text size="sm" c="dimmed">
        Code
      </Text>
      <Code className="break">{code}</Code>
    </div>
    <Group justify="flex-end" gap="xs">
      <CopyButton value={`${url}\n${code}`}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? "Copied" : "Copy both"}
          </Button>
        )}
      </CopyButton>
      <Button onClick={onClose}>Done</Button>
    </Group>
  </Stack>
);
