import {
  Act,
  ActPreflight,
  Actor,
  Excerpt,
  StatusDot,
  duration,
  useCompanyOS,
  useContextOfUrl,
  useWord,
  words,
} from "@companyos/kit";
import type { RunDetail, RunStep } from "@companyos/sdk";
import { Group, Stack, Table, Text } from "@mantine/core";
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
          {by(outcome) && (
            <Text size="xs" c="dimmed">
              By <Actor of={by(outcome)} size="xs" />
            </Text>
          )}
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

/** Nobody but a person can tell whether it happened; the run waits for the word, and says first what it does then. */
function Settle({ step: { name, title }, run }: { step: RunStep; run: RunDetail }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const [settling, setSettling] = useWord("settle");
  return (
    <Group gap="xs">
      {FINDINGS.map((finding) => (
        <Act
          key={finding}
          action="maestro:run.settle"
          type="maestro.run"
          id={run.id}
          size="xs"
          variant="default"
          onClick={() => setSettling(`${finding} ${name}`)}
        >
          {SAYS[finding]}
        </Act>
      ))}
      {FINDINGS.filter((finding) => settling === `${finding} ${name}`).map((finding) => (
        <ActPreflight
          key={finding}
          name={`runs.${run.id}.settle.${name}.${finding}`}
          title={`${title}: ${SAYS[finding]}`}
          verb="Say so"
          action="maestro:run.settle"
          type="maestro.run"
          id={run.id}
          input={{ step: name, finding }}
          run={({ plan_hash }, note, options) =>
            api.runs.settle(run.id, { step: name, finding, note, plan_hash }, { ...options, context })
          }
          onClose={() => setSettling("")}
        />
      ))}
    </Group>
  );
}

const FINDINGS = ["done", "absent"] as const;
const SAYS = { done: "It happened", absent: "It did not" };

const said = (of: Record<string, unknown>): string => (typeof of["sentence"] === "string" ? of["sentence"] : "");

/** Who gave the yes that a step waited for. Runs keep ids; the screen looks the name up. */
const by = ({ output }: Record<string, unknown>): string => {
  const who = output && typeof output === "object" && "by" in output ? output.by : "";
  return typeof who === "string" && who.startsWith("person:") ? who : "";
};
