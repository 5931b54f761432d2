import { Act, Dialog, Failure, useCompanyOS, useContextOfUrl } from "@companyos/kit";
import { Button, Group, PasswordInput, SegmentedControl, Stack, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

/** A way to reach people: mail addresses, or a chat room's webhook, which is sealed and never shown again. */
export function NewChannel({ onClose }: { onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [kind, setKind] = useState("mail");
  const [name, setName] = useState("");
  const [mail, setMail] = useState<string[]>([]);
  const [chat, setChat] = useState("");
  const make = useMutation({
    mutationFn: () =>
      api.notices.createChannel(kind === "mail" ? { name, mail } : { name, chat: chat.trim() }, { context }),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Dialog title="Make a channel" size={520} onClose={onClose}>
      <Stack gap="md">
        {make.error && <Failure error={make.error} />}
        <TextInput
          label="Name"
          description="As services call their owner"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
        <SegmentedControl
          value={kind}
          onChange={setKind}
          aria-label="How people are reached"
          data={[
            { value: "mail", label: "By mail" },
            { value: "chat", label: "In a chat room" },
          ]}
        />
        {kind === "mail" ? (
          <TagsInput label="Addresses" value={mail} onChange={setMail} required />
        ) : (
          <PasswordInput
            label="Webhook of the room"
            description="An https URL, as Slack gives it; whoever has it can post there, so it is not shown again"
            value={chat}
            onChange={(event) => setChat(event.currentTarget.value)}
            required
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Act action="notices:channel.create" loading={make.isPending} onClick={() => make.mutate()}>
            Make it
          </Act>
        </Group>
      </Stack>
    </Dialog>
  );
}
