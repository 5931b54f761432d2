import {
  Act,
  ActPreflight,
  Actor,
  Block,
  Empty,
  Failure,
  Go,
  Loaded,
  PageHead,
  Panel,
  StatusDot,
  ago,
  precise,
  stamp,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
  useSteps,
  useWord,
  words,
} from "@companyos/kit";
import type { RunDetail, RunVerb } from "@companyos/sdk";
import { Code, Grid, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { RunSteps } from "./RunSteps";
import { TELLS, isOver, toneOfRun } from "./states";

const CATCH_UP = 2000; // news may be lost with its connection; a live run is looked at again anyway

export default function RunPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const run = useLoad(["runs", id], (api, options) => api.runs.get(id, options), { every: CATCH_UP });
  useSteps("runs", `/runs/${id}`);
  return (
    <Loaded of={run} what="run" loading={<Block height={420} />}>
      {(it) => <Shown run={it} stale={run.error} />}
    </Loaded>
  );
}

function Shown({ run, stale }: { run: RunDetail; stale: unknown }) {
  const { id, title, plan, plan_version, state, sentence, reason, asked_name, queued_at, scheduled } = run;
  const tone = toneOfRun(state);
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/runs", title: "Runs" }}
        title={title}
        tone={tone}
        badges={
          <Group gap={7} role="status">
            <StatusDot tone={tone} />
            <Text size="sm" className={`tone-${tone}`}>
              {words(state)}
            </Text>
          </Group>
        }
        sub={`${asked_name} asked for it ${ago(queued_at)}${scheduled ? ", by schedule" : ""}${reason ? `: ${reason}` : ""}`}
      >
        <Controls run={run} />
      </PageHead>
      {stale ? <Failure error={stale} /> : null}
      {sentence && (
        <Text size="sm" className={`tone-${tone}`}>
          {sentence}
        </Text>
      )}
      <Panel
        title="Steps"
        sub="what the dry run showed, beside what was done"
        right={
          <Go to={`/plans/${plan}`} size="sm">
            {`${plan}, version ${plan_version}`}
          </Go>
        }
      >
        <RunSteps run={run} />
      </Panel>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Panel title="Log">
            <Log run={run} />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Panel title="Evidence" pad>
            <Proof run={run} />
          </Panel>
        </Grid.Col>
      </Grid>
      <Text size="xs" c="dimmed">
        Run <Code>{id}</Code>
      </Text>
    </Stack>
  );
}

const SAYS: Record<RunVerb, string> = { pause: "Pause", resume: "Go on", cancel: "Cancel" };

function Controls({ run }: { run: RunDetail }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [undoing, setUndoing] = useWord("undo");
  const tell = useMutation({
    meta: { action: (verb: RunVerb) => `maestro:run.${verb}` },
    mutationFn: (verb: RunVerb) => api.runs.tell(run.id, verb, { context, resumeAs: `runs.${run.id}.${verb}` }),
    onSettled: () => queries.invalidateQueries(),
  });
  const verbs = (Object.keys(SAYS) as RunVerb[]).filter((verb) => TELLS[verb].includes(run.state));
  return (
    <>
      {tell.error && <Failure error={tell.error} />}
      {verbs.map((verb) => (
        <Act
          key={verb}
          action={`maestro:run.${verb}`}
          type="maestro.run"
          id={run.id}
          variant="default"
          loading={tell.isPending && tell.variables === verb}
          onClick={() => tell.mutate(verb)}
        >
          {SAYS[verb]}
        </Act>
      ))}
      {TELLS.undo.includes(run.state) && (
        <Act action="maestro:run.undo" type="maestro.run" id={run.id} color="red.9" onClick={() => setUndoing("yes")}>
          Take it back
        </Act>
      )}
      {undoing && (
        <ActPreflight
          name={`runs.${run.id}.undo`}
          title={`Take back: ${run.title}`}
          verb="Take it back"
          action="maestro:run.undo"
          type="maestro.run"
          id={run.id}
          run={({ plan_hash }, reason, options) =>
            api.runs.undo(run.id, { plan_hash, reason }, { ...options, context })
          }
          onClose={() => setUndoing("")}
        />
      )}
    </>
  );
}

const Log = ({ run: { log } }: { run: RunDetail }) =>
  log.length === 0 ? (
    <Empty>Nothing was said yet.</Empty>
  ) : (
    <ol className="timeline" aria-live="polite">
      {log.map(({ at, actor, step, text }) => (
        <li key={`${at} ${step} ${text}`}>
          <StatusDot tone="idle" />
          <div>
            <Text size="xs" c="dimmed" component="div" title={stamp(at)}>
              <span className="num">{precise(at)}</span> <Actor of={actor} size="xs" /> {step}
            </Text>
            <Text size="sm">{text}</Text>
          </div>
        </li>
      ))}
    </ol>
  );

/** One pack a run; its own page verifies it here in the browser. */
function Proof({ run: { evidence, hash, elevation, state } }: { run: RunDetail }) {
  const { approvers = [] } = elevation as { approvers?: string[] };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        Bound to <Code>{hash.slice(0, 16)}</Code>
        {approvers.map((who) => (
          <span key={who}>
            , approved by <Actor of={who} size="sm" />
          </span>
        ))}
      </Text>
      {evidence.map((pack) => (
        <Go key={pack} to={`/evidence/${pack}`} size="sm">
          Open and verify the evidence pack
        </Go>
      ))}
      {evidence.length === 0 && (
        <Text size="sm" c="dimmed">
          {isOver(state) ? "The pack is being sealed." : "The pack is written when the run ends."}
        </Text>
      )}
    </Stack>
  );
}
