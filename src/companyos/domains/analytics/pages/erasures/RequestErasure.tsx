import { Dialog, Failure, useCompanyOS, useContextOfUrl } from "@companyos/kit";
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

/** Whom to forget: the id that the product has for them, which is not kept. */
export function RequestErasure({ onClose }: { onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [userId, setUserId] = useState("");
  const [reference, setReference] = useState("");
  const ask = useMutation({
    mutationFn: () => api.erasures.request({ user_id: userId, reference: reference.trim() }, { context }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes("erasures") });
      await navigate({ to: `/analytics/erasures/${id}` });
    },
  });
  return (
    <Dialog title="Request an erasure" onClose={onClose}>
      <form onSubmit={(event) => (event.preventDefault(), ask.mutate())}>
        <Stack gap="md">
          {ask.error && <Failure error={ask.error} />}
          <TextInput
            label="User id"
            description="As your product sends it in user_id. It becomes a pseudonym and is not kept."
            required
            autoComplete="off"
            value={userId}
            onChange={(event) => setUserId(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label="Reference"
            description="The number of your ticket. It is kept: write nothing personal."
            maxLength={200}
            value={reference}
            onChange={(event) => setReference(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed">
            Nothing is erased yet. Somebody else looks at what it would do, and carries it out.
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={ask.isPending} disabled={userId === ""}>
              Request it
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
