import { Failure, stamp, useCompanyOS, useContextOfUrl, useDraft, useLoad } from "@companyos/kit";
import type { Elevation } from "@companyos/sdk";
import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconHammer } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Broken glass that nobody has looked at: it stays here until somebody else says what they think of it. */
export function ToReview() {
  const waiting = useLoad(["elevations", "unreviewed"], (api, options) =>
    api.elevations.list({ unreviewed: true }, options),
  );
  return (
    <>
      {waiting.data?.items.map((one) => (
        <Review key={one.id} of={one} />
      ))}
    </>
  );
}

function Review({ of: { id, person, mine, title, reason, requested_at } }: { of: Elevation }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [note, setNote, clear] = useDraft(`elevations.${id}.review`);
  const review = useMutation({
    mutationFn: (verdict: "justified" | "unjustified") =>
      api.elevations.review(id, { verdict, note: note.trim() }, { context }),
    onSuccess: () => (clear(), void queries.invalidateQueries()),
  });
  return (
    <Alert
      color="red"
      icon={<IconHammer size={16} />}
      title={`${mine ? "You" : person} broke the glass: ${title}, ${stamp(requested_at)}`}
      role="note"
    >
      <Stack gap="xs">
        <Text size="sm">{reason}</Text>
        {mine ? (
          <Text size="sm" c="dimmed">
            Somebody else has to review it; until then you cannot break the glass again.
          </Text>
        ) : (
          <>
            {review.error && <Failure error={review.error} />}
            <Textarea
              label="What do you think of it?"
              autosize
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Group gap="xs">
              <Button
                variant="default"
                disabled={!note.trim()}
                loading={review.isPending}
                onClick={() => review.mutate("justified")}
              >
                It was justified
              </Button>
              <Button
                color="red.9"
                disabled={!note.trim()}
                loading={review.isPending}
                onClick={() => review.mutate("unjustified")}
              >
                It was not
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Alert>
  );
}
