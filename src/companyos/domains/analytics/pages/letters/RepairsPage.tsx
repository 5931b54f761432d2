import {
  Ago,
  type Column,
  DataList,
  Empty,
  ExportButton,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  Status,
  plural,
  useList,
} from "@companyos/kit";
import type { Repair } from "@companyos/sdk";
import { Stack } from "@mantine/core";

/** What was done, or may be done, about refused events. */
export default function RepairsPage() {
  return (
    <Stack gap="md">
      <PageHead title="Repairs" sub="Refused events, mended and taken in again: each exactly once">
        <Go to="/analytics/dead-letters" size="sm">
          Dead letters
        </Go>
        <Go to="/analytics/repairs/new" size="sm">
          New repair
        </Go>
      </PageHead>
      <Permitted action="analytics:repair.list" what="repairs">
        <Repairs />
      </Permitted>
    </Stack>
  );
}

function Repairs() {
  const repairs = useList(["repairs"], (api, cursor, options) =>
    api.repairs.list({ cursor: cursor ?? null, limit: 50 }, options),
  );
  const rows = repairs.data ?? [];
  return (
    <Panel title="All repairs" sub="newest first" right={<ExportButton name="repairs" rows={rows} columns={COLUMNS} />}>
      <Loaded of={repairs} loading={<Lines rows={5} />}>
        {() =>
          rows.length > 0 ? (
            <DataList
              name="repairs"
              keyboard
              rows={rows}
              columns={COLUMNS}
              idOf={({ id }) => id}
              pathOf={({ id }) => `/analytics/repairs/${id}`}
              more={{
                has: repairs.hasNextPage,
                busy: repairs.isFetchingNextPage,
                load: () => void repairs.fetchNextPage(),
              }}
            />
          ) : (
            <Empty action={<Go to="/analytics/dead-letters">See what was refused</Go>}>
              Nobody has repaired anything yet.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const COLUMNS: Column<Repair>[] = [
  {
    key: "title",
    title: "Repair",
    value: ({ title }) => title,
    render: ({ id, title }) => (
      <Go to={`/analytics/repairs/${id}`} size="sm" className="break">
        {title}
      </Go>
    ),
  },
  { key: "state", title: "State", value: ({ state }) => state, render: ({ state }) => <Status code={state} /> },
  {
    key: "recovers",
    title: "Recovers",
    right: true,
    value: ({ recovers }) => recovers,
    render: ({ recovers, letters }) => (
      <span className="num">{`${recovers.toLocaleString("en")} of ${plural(letters, "letter")}`}</span>
    ),
  },
  {
    key: "replayed",
    title: "Replayed",
    right: true,
    value: ({ replayed }) => replayed,
    render: ({ replayed }) => <span className="num">{replayed.toLocaleString("en")}</span>,
  },
  {
    key: "at",
    title: "Proposed",
    value: ({ proposed_at }) => proposed_at,
    render: ({ proposed_at: at }) => <Ago at={at} />,
  },
];
