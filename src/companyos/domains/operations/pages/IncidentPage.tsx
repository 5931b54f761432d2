import {
  Act,
  Audit,
  Block,
  DemoTag,
  Failure,
  Go,
  InspectButton,
  Loaded,
  NOTHING,
  PageHead,
  Panel,
  RunPlan,
  Status,
  StatusDot,
  SubjectLink,
  Tag,
  ago,
  duration,
  stamp,
  toneOf,
  useCompanyOS,
  useContextOfUrl,
  useDraft,
  useLoad,
  useSteps,
  useWord,
  words,
} from "@companyos/kit";
import type { Incident, IncidentDetail, IncidentStep, TimelineEntry } from "@companyos/sdk";
import { Grid, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { EditIncident } from "./EditIncident";

/** What can be done next, by state. */
const NEXT: Record<Incident["status"], IncidentStep[]> = {
  open: ["acknowledge", "mitigate", "resolve"],
  acknowledged: ["mitigate", "resolve"],
  mitigated: ["resolve"],
  resolved: [],
};

export default function IncidentPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const incident = useLoad(["incidents", id], (api, options) => api.incidents.get(id, options));
  useSteps("incidents", `/incidents/${id}`);
  return (
    <Loaded of={incident} what="incident" loading={<Block height={360} />}>
      {(it) => <Shown incident={it} />}
    </Loaded>
  );
}

function useAct(id: string) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  return useMutation({
    meta: { action: ({ step }: { step: string }) => `operations:incident.${step}` },
    mutationFn: async ({ step, text = "" }: { step: IncidentStep | "note"; text?: string }) => {
      const options = { context, resumeAs: `incidents.${id}.${step}` };
      await (step === "note" ? api.incidents.note(id, text, options) : api.incidents.step(id, step, text, options));
    },
    onSuccess: () => queries.invalidateQueries(),
  });
}

function Shown({ incident }: { incident: IncidentDetail }) {
  const { id, title, severity, status, owner, demo } = incident;
  const act = useAct(id);
  const [dialog, setDialog] = useWord("edit");
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/incidents", title: "Incidents" }}
        title={title}
        tone={status === "resolved" ? "ok" : toneOf(severity)}
        badges={
          <>
            <Tag tone={toneOf(severity)}>{severity.toUpperCase()}</Tag>
            <Status code={status} />
            <DemoTag demo={demo} />
          </>
        }
        sub={`Owned by ${owner || "nobody yet"} · opened ${ago(incident.opened_at)}`}
      >
        <InspectButton of={{ type: "operations.incident", id }} />
        <RunPlan told={{ incident: id, ...(incident.services[0] && { service: incident.services[0] }) }} />
        <Act
          action="operations:incident.change"
          type="operations.incident"
          id={id}
          variant="default"
          onClick={() => setDialog("incident")}
        >
          Change
        </Act>
        {NEXT[status].map((verb, i) => (
          <Act
            key={verb}
            action={`operations:incident.${verb}`}
            type="operations.incident"
            id={id}
            variant={i === 0 ? "filled" : "default"}
            loading={act.isPending && act.variables.step === verb}
            onClick={() => act.mutate({ step: verb })}
          >
            {words(verb)}
          </Act>
        ))}
      </PageHead>
      {act.error && <Failure error={act.error} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Panel title="Timeline">
            <Timeline entries={incident.timeline} />
            <Note id={id} />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="md">
            <Panel title="What it is about" pad>
              <About incident={incident} />
            </Panel>
            <Panel title="Audit">
              <Audit subject={`operations.incident:${id}`} />
            </Panel>
          </Stack>
        </Grid.Col>
      </Grid>
      {dialog === "incident" && <EditIncident incident={incident} onClose={() => setDialog("")} />}
    </Stack>
  );
}

/** What it touches, and how long each step took. */
function About({ incident }: { incident: Incident }) {
  const { services, deployments, opened_at, acknowledged_at, mitigated_at, resolved_at } = incident;
  const after = (at: string | null) => (at ? `after ${duration(Date.parse(at) - Date.parse(opened_at))}` : "not yet");
  const facts: [string, ReactNode][] = [
    [
      "Services",
      services.map((name) => (
        <Go key={name} to={`/services/${name}`} size="sm">
          {name}
        </Go>
      )),
    ],
    ["Deployments", deployments.map((one) => <SubjectLink key={one} of={`operations.deployment:${one}`} />)],
    ["Opened", stamp(opened_at)],
    ["Acknowledged", after(acknowledged_at)],
    ["Mitigated", after(mitigated_at)],
    ["Resolved", after(resolved_at)],
  ];
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <Fragment key={label}>
          <Text component="dt" size="sm" c="dimmed">
            {label}
          </Text>
          <Group component="dd" gap="sm" m={0} fz="sm">
            {Array.isArray(value) && value.length === 0 ? NOTHING : value}
          </Group>
        </Fragment>
      ))}
    </dl>
  );
}

const Timeline = ({ entries }: { entries: TimelineEntry[] }) => (
  <ol className="timeline" aria-live="polite">
    {entries.map((entry) => (
      <li key={`${entry.at} ${entry.kind} ${entry.text}`}>
        <StatusDot tone={toneOf(entry.kind)} />
        <div>
          <Group gap={8}>
            <Text size="sm" fw={550}>
              {words(entry.kind)}
            </Text>
            <Text size="xs" c="dimmed">
              {entry.actor}
            </Text>
            <Text size="xs" c="dimmed" className="num" title={stamp(entry.at)}>
              {ago(entry.at)}
            </Text>
          </Group>
          {entry.text && (
            <Text size="sm" className="break">
              {entry.text}
            </Text>
          )}
        </div>
      </li>
    ))}
  </ol>
);

function Note({ id }: { id: string }) {
  const [text, setText, clear] = useDraft(`incidents.${id}.note`);
  const act = useAct(id);
  const send = () => text.trim() && act.mutate({ step: "note", text: text.trim() }, { onSuccess: clear });
  return (
    <Stack gap="xs" p="md" pt={0} className="no-print">
      {act.error && <Failure error={act.error} />}
      <Textarea
        aria-label="Note"
        placeholder="What do you see? What did you try?"
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.metaKey || event.ctrlKey) && send()}
      />
      <Group justify="flex-end">
        <Act
          action="operations:incident.note"
          type="operations.incident"
          id={id}
          variant="default"
          hindrance={text.trim() === "" ? "Write a note first." : undefined}
          loading={act.isPending}
          onClick={send}
        >
          Add the note
        </Act>
      </Group>
    </Stack>
  );
}
