import {
  type Column,
  DataList,
  DemoTag,
  Empty,
  ExportButton,
  Go,
  Lines,
  Loaded,
  NOTHING,
  PageHead,
  Panel,
  StatusDot,
  TONE_COLOR,
  URGENCY,
  plural,
  share,
  toneOf,
  useChoice,
  useList,
  useWord,
  words,
} from "@companyos/kit";
import type { Service } from "@companyos/sdk";
import { Group, Progress, SegmentedControl, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { ailment } from "./health";

const HEALTHS = ["bad", "warn", "ok", "unknown"] as const;
const pathOf = ({ name }: Service) => `/services/${name}`;
const subjectOf = ({ name }: Service) => ({ type: "operations.service", id: name });
/** Worst first: health, then how little of the budget is left. */
const worst = ({ health, budget_left }: Service) => URGENCY[toneOf(health)] * 10 - (budget_left ?? 1);

export default function ServicesPage() {
  const [q, setQ] = useWord("q");
  const [health, setHealth] = useChoice("health", HEALTHS);
  const services = useList(["services", q, health], (api, cursor, options) =>
    api.services.list({ q, health: health ?? null, cursor: cursor ?? null, limit: 200 }, options),
  );
  const rows = services.data ?? [];
  const columns = columnsFor(setQ);
  const worstTone = rows.some((row) => row.health === "bad")
    ? "bad"
    : rows.some((row) => row.health === "warn")
      ? "warn"
      : "ok";
  return (
    <>
      <PageHead
        title="Services"
        tone={services.data ? worstTone : "idle"}
        sub={services.data ? plural(rows.length, "service") : "…"}
      />
      <Panel
        title="All services"
        sub="worst first"
        right={
          <>
            <TextInput
              size="xs"
              placeholder="Filter"
              aria-label="Filter services"
              leftSection={<IconSearch size={13} />}
              value={q}
              onChange={(event) => setQ(event.currentTarget.value)}
            />
            <SegmentedControl
              size="xs"
              aria-label="Health"
              value={health ?? ""}
              onChange={setHealth}
              data={[
                { value: "", label: "All" },
                ...HEALTHS.map((value) => ({ value: value as string, label: words(value) })),
              ]}
              visibleFrom="sm"
            />
            <ExportButton name="services" rows={rows} columns={columns} />
          </>
        }
      >
        <Loaded of={services} loading={<Lines rows={8} />}>
          {() =>
            rows.length > 0 ? (
              <DataList
                name="services"
                keyboard
                rows={rows}
                columns={columns}
                idOf={(row) => row.id}
                worst={worst}
                pathOf={pathOf}
                subjectOf={subjectOf}
                more={{
                  has: services.hasNextPage,
                  busy: services.isFetchingNextPage,
                  load: () => void services.fetchNextPage(),
                }}
              />
            ) : q || health ? (
              <Empty>No service matches this filter.</Empty>
            ) : (
              <Empty command="companyos services import catalog-info.yaml">
                No service is known here yet. Bring in a Backstage catalog, or send telemetry and it registers itself.
              </Empty>
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}

const columnsFor = (filter: (q: string) => void): Column<Service>[] => [
  {
    key: "name",
    title: "Service",
    value: (row) => row.name,
    render: (row) => (
      <Group gap={9} wrap="nowrap">
        <StatusDot tone={toneOf(row.health)} label={row.health} />
        <Go to={pathOf(row)} size="sm" fw={550} c="var(--mantine-color-text)">
          {row.name}
        </Go>
        <DemoTag demo={row.demo} />
        {row.health !== "unknown" && ailment(row) && (
          <Text size="xs" className={`tone-${toneOf(row.health)}`}>
            {ailment(row)}
          </Text>
        )}
      </Group>
    ),
  },
  {
    key: "owner",
    title: "Owner",
    value: (row) => row.owner,
    render: (row) => <Label text={row.owner} onClick={filter} />,
  },
  { key: "tier", title: "Tier", value: (row) => row.tier, render: (row) => <Label text={row.tier} onClick={filter} /> },
  {
    key: "objective",
    title: "Objective",
    right: true,
    value: (row) => row.objective,
    render: (row) => <span className="num">{share(row.objective)}</span>,
  },
  {
    key: "availability",
    title: "Availability",
    right: true,
    value: (row) => row.availability,
    render: (row) => <span className="num">{share(row.availability)}</span>,
  },
  {
    key: "budget",
    title: "Budget left",
    width: 190,
    value: (row) => row.budget_left,
    render: (row) => <Budget service={row} />,
  },
];

/** Every label is a filter when clicked. */
const Label = ({ text, onClick }: { text: string | null; onClick: (text: string) => void }) =>
  text ? (
    <UnstyledButton fz="sm" className="dimmed" onClick={() => onClick(text)} title={`Filter by ${text}`}>
      {text}
    </UnstyledButton>
  ) : (
    <Text size="sm" c="dimmed">
      {NOTHING}
    </Text>
  );

function Budget({ service: { budget_left: left, budget_health, name } }: { service: Service }) {
  if (left === null)
    return (
      <Text size="sm" c="dimmed">
        not measured yet
      </Text>
    );
  return (
    <Group gap={8} wrap="nowrap">
      <Progress
        value={Math.max(0, left) * 100}
        size={5}
        flex={1}
        color={TONE_COLOR[toneOf(budget_health)]}
        aria-label={`Error budget left of ${name}`}
      />
      <Text size="xs" className="num" w={46} ta="right">
        {share(left)}
      </Text>
    </Group>
  );
}
