import { Act, Excerpt, StatusDot, duration, useCompanyOS, useContextOfUrl, words } from "@companyos/kit";
import type { RunDetail, RunStep } from "@companyos/sdk";
import { Group, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toneOfStep } from "./states";

/** Every step: what the dry run said, what was done, what verifying found. */
export function RunSteps({ run }: { run: RunDetail }) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing="sm" aria-label="Steps of the run">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Step</Table.Th>
            <Table.Th>The dry run said</Table.Th>
            <Table.Th>What happened</Table.Th>
            <Table.Th>Took</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {run.steps.map((step) => (
            <Row key={step.name} step={step} run={run} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ step, run }: { step: RunStep; run: RunDetail }) {
  const { name, title, state, sentence, shown, outcome, verdict, attempts, log, started_at, finished_at } = step;
  const took = started_at && finished_at ? duration(Date.parse(finished_at) - Date.parse(started_at)) : "";
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={7} wrap="nowrap">
          <StatusDot tone={toneOfStep(state)} />
          <div>
            <Text size="sm">{title}</Text>
            <Text size="xs" c="dimmed">
              {name} · <span className={`tone-${toneOfStep(state)}`}>{words(state)}</span>
              {attempts > 1 && ` · attempt ${attempts}`}
            </Text>
          </div>
        </Group>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{said(shown)}</Text>
      </Table.Td>
      <Table.Td>
        <Stack gap={4}>
          <Text size="sm">{said(outcome) || sentence}</Text>
          {said(verdict) && (
            <Text size="xs" c="dimmed">
              Verified: {said(verdict)}
            </Text>
          )}
          {log && <Excerpt label={`Log of ${name}`}>{log}</Excerpt>}
          {state === "unsure" && run.state === "stuck" && <Settle step={step} run={run} />}
        </Stack>
      </Table.Td>
      <Table.Td className="num nowrap">{took}</Table.Td>
    </Table.Tr>
  );
}

/** Nobody but a person can tell whether it happened; the run waits for the word. */
function Settle({ step, run }: { step: RunStep; run: RunDetail }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const settle = useMutation({
    mutationFn: (finding: "done" | "absent") =>
      api.runs.settle(run.id, { step: step.name, finding, note: "" }, { context }),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Group gap="xs">
      {(["done", "absent"] as const).map((finding) => (
        <Act
          key={finding}
          action="maestro:run.settle"
          type="maestro.run"
          id={run.id}
          size="xs"
          variant="default"
          loading={settle.isPending && settle.variables === finding}
          onClick={() => settle.mutate(finding)}
        >
          {finding === "done" ? "It happened" : "It did not"}
        </Act>
      ))}
      {settle.error && (
        <Text size="xs" c="red" role="alert">
          {settle.error.message}
        </Text>
      )}
    </Group>
  );
}

const said = (of: Record<string, unknown>): string => (typeof of["sentence"] === "string" ? of["sentence"] : "");
