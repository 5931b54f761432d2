import {
  Act,
  Audit,
  Block,
  DemoTag,
  Failure,
  InspectButton,
  Loaded,
  Logs,
  PageHead,
  Panel,
  RangePicker,
  Red,
  RunPlan,
  Stat,
  StatusDot,
  Traces,
  share,
  toneOf,
  useLoad,
  useSteps,
  useWord,
  words,
} from "@companyos/kit";
import type { Service } from "@companyos/sdk";
import { SimpleGrid, Stack, Tabs, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { ArchiveService } from "./ArchiveService";
import { EditService } from "./EditService";
import { ailment, promiseTone } from "./health";
import { Dependencies } from "./Dependencies";
import { Isolated, IsolationAct } from "./Isolation";
import { LogLevelAct, SetLogLevel } from "./LogLevel";
import { RecentDeployments } from "./RecentDeployments";

export default function ServicePage() {
  const { name = "" } = useParams({ strict: false }) as { name?: string };
  const service = useLoad(["services", name], (api, options) => api.services.get(name, options), { every: 30_000 });
  useSteps("services", `/services/${name}`);
  return (
    <Loaded of={service} what="service" loading={<Block height={420} />}>
      {(it) => <Shown service={it} stale={service.error} />}
    </Loaded>
  );
}

function Shown({ service, stale }: { service: Service; stale: unknown }) {
  const [dialog, setDialog] = useWord("edit");
  const about = [service.tier, service.owner && `owned by ${service.owner}`, service.lifecycle]
    .filter(Boolean)
    .join(" · ");
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/services", title: "Services" }}
        title={service.name}
        tone={toneOf(service.health)}
        sub={[service.description, about].filter(Boolean).join(" — ")}
        badges={
          <>
            <StatusDot tone={toneOf(service.health)} label={service.health} />
            {ailment(service) && (
              <Text size="sm" className={`tone-${toneOf(service.health)}`}>
                {ailment(service)}
              </Text>
            )}
            <DemoTag demo={service.demo} />
          </>
        }
      >
        <RangePicker />
        <InspectButton of={{ type: "operations.service", id: service.name }} />
        <RunPlan told={{ service: service.name }} />
        <IsolationAct service={service} />
        <Act
          action="operations:service.change"
          type="operations.service"
          id={service.name}
          variant="default"
          onClick={() => setDialog("service")}
        >
          Edit
        </Act>
        <Act
          action="operations:service.archive"
          type="operations.service"
          id={service.name}
          variant="default"
          onClick={() => setDialog("archive")}
        >
          Archive
        </Act>
      </PageHead>
      {stale ? <Failure error={stale} /> : null}
      <Isolated service={service} />
      <ThreeNumbers service={service} />
      <Red service={service.name} />
      <SimpleGrid type="container" cols={{ base: 1, "760px": 2 }} spacing="md">
        <RecentDeployments service={service.name} />
        <Dependencies service={service.name} />
      </SimpleGrid>
      <Signals service={service.name} onLogLevel={() => setDialog("log-level")} />
      {dialog === "archive" && <ArchiveService service={service} onClose={() => setDialog("")} />}
      {dialog === "log-level" && <SetLogLevel service={service.name} onClose={() => setDialog("")} />}
      {dialog === "service" && <EditService service={service} onClose={() => setDialog("")} />}
    </Stack>
  );
}

/** Objective, availability, budget left: what was promised, what was measured, what may still go wrong. */
function ThreeNumbers({ service }: { service: Service }) {
  const { objective, availability, budget_left: left } = service;
  const kept =
    objective !== null && availability !== null
      ? availability >= objective
        ? "promise kept"
        : "promise broken"
      : "not measured yet";
  return (
    <SimpleGrid type="container" cols={{ base: 1, "640px": 3 }} spacing="md">
      <Stat
        big
        label="Objective"
        value={share(objective)}
        note={objective === null ? "none set" : "of requests succeed, over 30 days"}
      />
      <Stat big label="Availability" value={share(availability)} tone={promiseTone(service)} note={kept} />
      <Stat
        big
        label="Error budget left"
        value={share(left)}
        tone={toneOf(service.budget_health)}
        note={left !== null && left < 0 ? "overspent" : "of this window's"}
      />
    </SimpleGrid>
  );
}

/** Logs, traces, audit: one at a time, because a hidden panel asks nothing. */
function Signals({ service, onLogLevel }: { service: string; onLogLevel: () => void }) {
  const [tab, setTab] = useWord("signal", "logs");
  return (
    <Panel
      title="Signals"
      sub={words(tab)}
      right={tab === "logs" && <LogLevelAct service={service} onClick={onLogLevel} />}
    >
      <Tabs value={tab} onChange={(next) => setTab(next ?? "logs")} keepMounted={false}>
        <Tabs.List px="xs">
          {["logs", "traces", "audit"].map((name) => (
            <Tabs.Tab key={name} value={name}>
              {words(name)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="logs">
          <Logs service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="traces">
          <Traces service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Audit subject={`operations.service:${service}`} />
        </Tabs.Panel>
      </Tabs>
    </Panel>
  );
}
