import {
  Ago,
  type Column,
  DataList,
  Empty,
  Go,
  Lines,
  Loaded,
  Panel,
  Tag,
  duration,
  roleWords,
  useChoice,
  useList,
} from "@companyos/kit";
import type { Visit } from "@companyos/sdk";
import { SegmentedControl, Text } from "@mantine/core";
import { named, useScope } from "./scope";

const ONLY = ["converted"] as const;
const pathOf = ({ session_id: id }: Visit) => `/analytics/reports/visits/${encodeURIComponent(id)}`;

/** The sessions that the numbers above are made of. People are pseudonyms. */
export function Visits({ feature }: { feature: string }) {
  const { scope } = useScope();
  const [only, setOnly] = useChoice("visits", ONLY);
  const asked = { ...scope, feature, converted: only === "converted" };
  const visits = useList(["reports", "visits", asked], (api, cursor, o) =>
    api.reports.visits({ ...asked, cursor: cursor ?? null, limit: 25 }, o),
  );
  return (
    <Panel
      title="Visits"
      sub="latest first; people are pseudonyms"
      right={
        <SegmentedControl
          size="xs"
          aria-label="Which visits"
          value={only ?? ""}
          onChange={setOnly}
          data={[
            { value: "", label: "All" },
            { value: "converted", label: "Reached the goal" },
          ]}
        />
      }
    >
      <Loaded of={visits} loading={<Lines rows={6} />}>
        {(rows) =>
          rows.length > 0 ? (
            <DataList
              name="visits"
              keyboard
              rows={rows}
              columns={COLUMNS}
              idOf={(row) => row.session_id}
              pathOf={pathOf}
              more={{
                has: visits.hasNextPage,
                busy: visits.isFetchingNextPage,
                load: () => void visits.fetchNextPage(),
              }}
            />
          ) : (
            <Empty>No visit of these days fits.</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const COLUMNS: Column<Visit>[] = [
  {
    key: "started",
    title: "Began",
    value: (row) => row.started_at,
    render: (row) => (
      <Go to={pathOf(row)} c="var(--mantine-color-text)">
        <Ago at={row.started_at} />
      </Go>
    ),
  },
  {
    key: "person",
    title: "Person",
    value: (row) => row.person,
    render: (row) => (
      <Text size="xs" ff="monospace" title={row.person}>
        {row.person.slice(0, 8)}
      </Text>
    ),
  },
  {
    key: "role",
    title: "Role",
    value: (row) => row.role,
    render: (row) => <Text size="sm">{roleWords(named(row.role))}</Text>,
  },
  {
    key: "length",
    title: "Length",
    right: true,
    value: (row) => lengthOf(row),
    render: (row) => <span className="num">{duration(lengthOf(row))}</span>,
  },
  {
    key: "events",
    title: "Events",
    right: true,
    value: (row) => row.events,
    render: (row) => <span className="num">{row.events}</span>,
  },
  {
    key: "features",
    title: "Used",
    value: (row) => row.features.join(" "),
    render: (row) => (
      <Text size="sm" c="dimmed" lineClamp={1} title={row.features.join(", ")}>
        {row.features.join(", ")}
      </Text>
    ),
  },
  {
    key: "converted",
    title: "Goal",
    value: (row) => (row.converted ? 1 : 0),
    render: (row) => (row.converted ? <Tag tone="ok">reached</Tag> : null),
  },
];

const lengthOf = ({ started_at: start, ended_at: end }: Visit) => Date.parse(end) - Date.parse(start);
