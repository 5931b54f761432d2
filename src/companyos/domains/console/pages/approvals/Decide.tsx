import { Act, Failure, useCompanyOS, useContextOfUrl, useDraft, useWord } from "@companyos/kit";
import type { Elevation } from "@companyos/sdk";
import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

const TYPE = "identity.elevation";

/** What the person may do with one: decide, take back, extend, end. Each button is what the server decides. */
export function Decide({ elevation }: { elevation: Elevation }) {
  const { id, state, mine, kind } = elevation;
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const [, setApproving] = useWord("approve");
  const [saying, setSaying] = useState<"deny" | "revoke">();
  const extend = useResumed(`elevations.${id}.extend`, (resumeAs) => api.elevations.extend(id, { context, resumeAs }));
  const withdraw = useResumed(`elevations.${id}.withdraw`, (resumeAs) =>
    api.elevations.withdraw(id, { context, resumeAs }),
  );
  const of = { type: TYPE, id };
  return (
    <Stack gap="sm">
      {(extend.error ?? withdraw.error) && <Failure error={extend.error ?? withdraw.error} />}
      <Group gap="xs">
        {state === "requested" && (
          <Act {...of} action="identity:elevation.approve" onClick={() => setApproving(id)}>
            Approve
          </Act>
        )}
        {state === "requested" && !mine && (
          <Act {...of} action="identity:elevation.deny" variant="default" onClick={() => setSaying("deny")}>
            Deny
          </Act>
        )}
        {state === "requested" && mine && (
          <Act {...of} action="identity:elevation.withdraw" variant="default" onClick={withdraw.run}>
            Take back
          </Act>
        )}
        {state === "approved" && mine && kind !== "span" && (
          <Act {...of} action="identity:elevation.extend" variant="default" onClick={extend.run}>
            Extend
          </Act>
        )}
        {state === "approved" && (
          <Act {...of} action="identity:elevation.revoke" color="red.9" onClick={() => setSaying("revoke")}>
            {mine ? "Give back" : "Revoke"}
          </Act>
        )}
      </Group>
      {saying && <Say verb={saying} id={id} onDone={() => setSaying(undefined)} />}
    </Stack>
  );
}

/** An act without a dialog that goes on after a step-up. */
function useResumed(name: string, act: (resumeAs: string) => Promise<unknown>) {
  const { outcomes } = useCompanyOS();
  const queries = useQueryClient();
  const resumed = useQuery({
    queryKey: ["outcome", name],
    queryFn: async () => (await outcomes.take(name)) ?? null,
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
  });
  const acting = useMutation({ mutationFn: () => act(name), onSettled: () => queries.invalidateQueries() });
  return { run: () => acting.mutate(), error: acting.error ?? resumed.error };
}

/** No, or no more: and why. */
function Say({ verb, id, onDone }: { verb: "deny" | "revoke"; id: string; onDone: () => void }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [note, setNote, clear] = useDraft(`elevations.${id}.${verb}`);
  const say = useMutation({
    mutationFn: () => api.elevations[verb](id, note.trim(), { context }),
    onSuccess: () => {
      clear();
      onDone();
      void queries.invalidateQueries();
    },
  });
  return (
    <form onSubmit={(event) => (event.preventDefault(), say.mutate())}>
      <Stack gap="xs">
        {say.error && <Failure error={say.error} />}
        <Textarea
          label="Why?"
          description="The person who asked reads it."
          required
          autosize
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" color="red.9" loading={say.isPending} disabled={!note.trim()}>
            {verb === "deny" ? "Deny it" : "End it now"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
