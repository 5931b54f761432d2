import { Dialog, Failure, Once, useCompanyOS, useContextOfUrl } from "@companyos/kit";
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

/** An address for a producer, and then the secret that its messages are signed with: once. */
export function SetFeedback({ onClose }: { onClose: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [producer, setProducer] = useState("");
  const [url, setUrl] = useState("");
  const set = useMutation({
    mutationFn: () => api.feedback.set(producer.trim(), url.trim(), { context }),
    onSuccess: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "feedback" }),
  });
  return (
    <Dialog title={set.data ? `${set.data.producer} is told` : "Tell a producer"} onClose={onClose}>
      {set.data ? (
        <Stack gap="md">
          <Text size="sm">
            Messages are signed as Standard Webhooks 1.0 says. Check them with this secret; it is not shown again.
          </Text>
          <Once secret={set.data.secret} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={(event) => (event.preventDefault(), set.mutate())}>
          <Stack gap="md">
            {set.error && <Failure error={set.error} />}
            <TextInput
              label="Producer"
              description="Name of the service account that sends"
              required
              value={producer}
              onChange={(event) => setProducer(event.currentTarget.value)}
              data-autofocus
            />
            <TextInput
              label="Address"
              description="https; takes a JSON message: how many events were refused, why, and what to do"
              type="url"
              required
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={set.isPending} disabled={!producer.trim() || !url.trim()}>
                Tell it
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}
