import {
  Block,
  Chart,
  type Column,
  DataList,
  Empty,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  type Series,
  Stat,
  StatusDot,
  count,
  millis,
  share,
  toneOf,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { ServiceKpi, ServiceKpis } from "@companyos/sdk";
import { Group, SimpleGrid, Stack, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import { ScopeBar } from "./ScopeBar";
import { useScope } from "./scope";

/** Availability and latency of services beside what was promised. */
export default function ServicesReport() {
  const services = useLoad(["reports", "services"], (api, o) => api.reports.services(o), { every: 60_000 });
  const [chosen, choose] = useWord("of");
  const name = chosen || services.data?.items[0]?.name;
  const columns = useMemo(() => columnsFor(choose), [choose]);
  return (
    <Stack gap="md">
      <PageHead title="Operations" sub="Services beside what was promised of them, worst first">
        <ScopeBar />
      </PageHead>
      {name && <OneService name={name} />}
      <Panel title="Services" sub="choose one to see its time">
        <Loaded of={services} loading={<Lines rows={6} />}>
          {({ items }) =>
            items.length > 0 ? (
              <DataList name="service figures" rows={items} columns={columns} idOf={(row) => row.name} />
            ) : (
              <Empty command="companyos services import catalog-info.yaml">No service is known here yet.</Empty>
            )
          }
        </Loaded>
      </Panel>
    </Stack>
  );
}

function OneService({ name }: { name: string }) {
  const { scope } = useScope();
  const asked = { days: scope.days, until: scope.until };
  const kpis = useLoad(["reports", "services", name, asked], (api, o) => api.reports.service(name, asked, o));
  return (
    <Loaded of={kpis} what="service" loading={<Block height={300} />}>
      {(found) => <Measured of={found} />}
    </Loaded>
  );
}

function Measured({ of }: { of: ServiceKpis }) {
  const { zoom } = useScope();
  const { name, objective, latency_objective_ms: promised, points, available, met, requests } = of;
  const [up, slow] = useMemo((): [Series[], Series[]] => {
    const at = points.map((point) => Date.parse(point.at));
    const flat = (value: number): Series["points"] => at.map((moment) => [moment, value]);
    const of = (key: "available" | "p95_ms"): Series["points"] => points.map((point, i) => [at[i] ?? 0, point[key]]);
    return [
      [
        {
          name: "Failed",
          tone: "bad",
          area: true,
          points: of("available").map(([t, v]) => [t, v === null ? null : 1 - v]),
        },
        { name: "Allowed", tone: "third", points: flat(1 - objective) },
      ],
      [
        { name: "p95", tone: "main", area: true, points: of("p95_ms") },
        ...(promised === null ? [] : [{ name: "Promised", tone: "third" as const, points: flat(promised) }]),
      ],
    ];
  }, [points, objective, promised]);
  return (
    <Stack gap="md">
      <SimpleGrid type="container" cols={{ base: 1, "720px": 3 }} spacing="md">
        <Stat
          label={`Availability of ${name}`}
          value={share(available)}
          tone={met === null ? "idle" : met ? "ok" : "bad"}
        />
        <Stat
          label="Objective"
          value={share(objective)}
          note={met === null ? "not measured" : met ? "kept" : "missed"}
        />
        <Stat label="Requests" value={count(requests)} />
      </SimpleGrid>
      <SimpleGrid type="container" cols={{ base: 1, "900px": 2 }} spacing="md">
        <Panel title="Failures" sub="share of requests, beside what the objective allows">
          <Chart label={`Failures of ${name}`} series={up} format={share} ceiling={1} onZoom={zoom} />
        </Panel>
        <Panel title="Latency" sub="95th percentile, beside what was promised">
          <Chart label={`Latency of ${name}`} series={slow} format={millis} onZoom={zoom} />
        </Panel>
      </SimpleGrid>
    </Stack>
  );
}

const columnsFor = (choose: (name: string) => void): Column<ServiceKpi>[] => [
  {
    key: "name",
    title: "Service",
    value: (row) => row.name,
    render: (row) => (
      <Group gap={9} wrap="nowrap">
        <StatusDot tone={toneOf(row.health)} label={row.health} />
        <UnstyledButton fz="sm" fw={550} onClick={() => choose(row.name)}>
          {row.name}
        </UnstyledButton>
      </Group>
    ),
  },
  figure("objective", "Objective", (row) => share(row.objective)),
  figure("availability", "30 days", (row) => share(row.availability)),
  figure("budget_left", "Budget left", (row) => share(row.budget_left)),
  figure("p95_ms", "p95 now", (row) => millis(row.p95_ms)),
  figure("latency_objective_ms", "Promised", (row) => millis(row.latency_objective_ms)),
  figure("rps", "Requests/s", (row) => count(row.rps)),
  {
    key: "open",
    title: "Page",
    render: (row) => (
      <Go to={`/services/${row.name}`} size="sm">
        Open
      </Go>
    ),
  },
];

function figure(
  key: "objective" | "availability" | "budget_left" | "p95_ms" | "latency_objective_ms" | "rps",
  title: string,
  text: (row: ServiceKpi) => string,
): Column<ServiceKpi> {
  return {
    key,
    title,
    right: true,
    value: (row) => row[key],
    render: (row) => <span className="num">{text(row)}</span>,
  };
}
