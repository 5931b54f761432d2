import {
  Act,
  Audit,
  Block,
  DemoTag,
  DownloadEvidence,
  Empty,
  Excerpt,
  Go,
  InspectButton,
  Loaded,
  NOTHING,
  PageHead,
  Panel,
  Status,
  SubjectLink,
  ago,
  stamp,
  toneOf,
  useLoad,
  useSteps,
  useWord,
  words,
} from "@companyos/kit";
import type { Deployment, DeploymentVerb } from "@companyos/sdk";
import { Code, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { around, begun, changed, hindrance, took } from "./deployment";
import { DeploymentPreflight, TITLES } from "./DeploymentPreflight";

export default function DeploymentPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const deployment = useLoad(["deployments", id], (api, options) => api.deployments.get(id, options));
  useSteps("deployments", `/deployments/${id}`);
  return (
    <Loaded of={deployment} what="deployment" loading={<Block height={360} />}>
      {(it) => <Shown deployment={it} />}
    </Loaded>
  );
}

function Shown({ deployment }: { deployment: Deployment }) {
  // The open preflight is in the URL: it survives the step-up, and can be sent to a colleague.
  const [verb, setVerb] = useWord("do");
  const asked = Object.hasOwn(TITLES, verb) ? (verb as DeploymentVerb) : undefined;
  const { id, service, version, status, commit, author, demo, queued_at, started_at } = deployment;
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/deployments", title: "Deployments" }}
        title={`${service} ${version}`}
        tone={toneOf(status)}
        badges={
          <>
            <Status code={status} />
            <DemoTag demo={demo} />
          </>
        }
        sub={
          <>
            {author || "unknown"} · <span title={stamp(begun(deployment))}>{ago(begun(deployment))}</span>
          </>
        }
      >
        <InspectButton of={{ type: "operations.deployment", id }} />
        <Verbs of={deployment} onAsk={setVerb} />
      </PageHead>
      <SimpleGrid type="container" cols={{ base: 1, "760px": 2 }} spacing="md">
        <Panel title="What was deployed" pad>
          <dl className="facts">
            <Fact label="Service">
              <Go to={`/services/${service}`} size="sm">
                {service}
              </Go>
            </Fact>
            <Fact label="Version">{version}</Fact>
            <Fact label="Commit">{commit ? <Code className="break">{commit}</Code> : NOTHING}</Fact>
            <Fact label="Changed">{changed(deployment) || NOTHING}</Fact>
            <Fact label="By">{author || NOTHING}</Fact>
            <Fact label="Source">{deployment.source}</Fact>
            <Fact label="Environment">{deployment.environment}</Fact>
            <Fact label="Asked for">{stamp(queued_at)}</Fact>
            <Fact label="Started">{started_at ? stamp(started_at) : "not yet"}</Fact>
            <Fact label="Took">{took(deployment)}</Fact>
            {deployment.replaces && (
              <Fact label="In place of">
                <SubjectLink of={`operations.deployment:${deployment.replaces}`} />
              </Fact>
            )}
            <Fact label="Effect">
              <Go to={`/services/${service}`} search={around(deployment)} size="sm">
                {`${service} in the hour before and after`}
              </Go>
            </Fact>
          </dl>
        </Panel>
        <Panel title="Evidence" sub="signed packs of what was done to it">
          <EvidenceList evidence={deployment.evidence} />
        </Panel>
        <Panel title="Log" sub="the last lines">
          <Log excerpt={deployment.log_excerpt} />
        </Panel>
        <Panel title="Audit" sub="who did what to this deployment">
          <Audit subject={`operations.deployment:${id}`} />
        </Panel>
      </SimpleGrid>
      {asked && <DeploymentPreflight deployment={deployment} verb={asked} onClose={() => setVerb("")} />}
    </Stack>
  );
}

/** The risky verbs: each open, or closed with the reason in words. */
function Verbs({ of, onAsk }: { of: Deployment; onAsk: (verb: DeploymentVerb) => void }) {
  const { service, id } = of;
  const siblings = useLoad(["deployments", { service }, "history"], async (api, options) => {
    const { items, next } = await api.deployments.list({ service, limit: 50 }, options);
    return { newestFirst: items, whole: next === null };
  });
  return (Object.keys(TITLES) as DeploymentVerb[]).map((name) => (
    <Act
      key={name}
      action={`operations:deployment.${name}`}
      type="operations.deployment"
      id={id}
      variant={name === "roll_back" ? "filled" : "default"}
      color={name === "roll_back" ? "red.9" : "gray"}
      hindrance={siblings.isPending ? "Where it stands is being looked up." : hindrance(name, of, siblings.data)}
      onClick={() => onAsk(name)}
    >
      {words(name)}
    </Act>
  ));
}

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <>
    <Text component="dt" size="sm" c="dimmed">
      {label}
    </Text>
    <Text component="dd" size="sm" m={0}>
      {children}
    </Text>
  </>
);

const Log = ({ excerpt }: { excerpt: string }) =>
  excerpt ? (
    <div className="pad">
      <Excerpt label="Log of this deployment">{excerpt}</Excerpt>
    </div>
  ) : (
    <Empty>No log came with this deployment.</Empty>
  );

function EvidenceList({ evidence }: { evidence: Deployment["evidence"] }) {
  if (evidence.length === 0) return <Empty>Nothing risky has been done to it, so there is nothing to prove.</Empty>;
  return (
    <ol className="rows">
      {evidence.map(({ id, action, at }) => (
        <li key={id}>
          <Group justify="space-between" px="md" py={8} wrap="nowrap">
            <div>
              <Text size="sm" fw={550}>
                {action}
              </Text>
              <Text size="xs" c="dimmed">
                {stamp(at)}
              </Text>
            </div>
            <DownloadEvidence id={id} variant="default" />
          </Group>
        </li>
      ))}
    </ol>
  );
}
