import {
  type Column,
  DataList,
  Empty,
  ExportButton,
  Go,
  Lines,
  Loaded,
  NOTHING,
  PageHead,
  Panel,
  Spark,
  Stat,
  count,
  plural,
  roleWords,
  share,
  useLoad,
} from "@companyos/kit";
import type { Adoption, FeatureUse } from "@companyos/sdk";
import { Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { ActiveUse } from "./ActiveUse";
import { AsOf } from "./AsOf";
import { Retention } from "./Retention";
import { RibbonPanel } from "./RibbonPanel";
import { ScopeBar } from "./ScopeBar";
import { Tenants } from "./Tenants";
import { change, named, useScope } from "./scope";

const pathOf = ({ feature }: FeatureUse) => `/analytics/reports/features/${encodeURIComponent(feature)}`;

/** How the product is used: who, what, how often, and whether they come back. */
export default function ReportsPage() {
  const { scope } = useScope();
  const adoption = useLoad(["reports", "adoption", scope], (api, o) => api.reports.adoption(scope, o), {
    every: 60_000,
  });
  const { data } = adoption;
  return (
    <Stack gap="md">
      <PageHead
        title="Reports"
        sub={
          data ? (
            <>
              {plural(data.taken.people, "person", "people")} in {plural(scope.days, "day")} in {data.environment} ·{" "}
              <AsOf at={data.as_of} />
            </>
          ) : (
            "…"
          )
        }
      >
        <ScopeBar roles={data?.roles.map(({ role }) => role) ?? []} />
      </PageHead>
      <Loaded of={adoption} loading={<Lines rows={9} />}>
        {(found) =>
          found.features.length > 0 || found.taken.events > 0 ? (
            <Stack gap="md">
              <Numbers of={found} />
              <Features of={found} />
            </Stack>
          ) : (
            <Empty command="companyos up --demo">
              No event of these days tells of anybody who agreed to be counted. Instrument a feature, or look at the
              demo.
            </Empty>
          )
        }
      </Loaded>
      <SimpleGrid type="container" cols={{ base: 1, "900px": 2 }} spacing="md">
        <ActiveUse />
        <Retention />
      </SimpleGrid>
      <RibbonPanel />
      <Tenants />
    </Stack>
  );
}

function Numbers({ of: { taken, before, days } }: { of: Adoption }) {
  const sessions = days.map((day) => day.sessions);
  return (
    <SimpleGrid type="container" cols={{ base: 2, "720px": 4 }} spacing="md">
      <Stat
        big
        label="People"
        value={count(taken.people)}
        note={change(taken.people, before) ?? "nobody before"}
        spark={days.map((day) => day.people)}
      />
      <Stat big label="Sessions" value={count(taken.sessions)} spark={sessions} />
      <Stat big label="Conversion" value={share(taken.conversion)} note={plural(taken.conversions, "goal")} />
      <Stat big label="Events" value={count(taken.events)} />
    </SimpleGrid>
  );
}

function Features({ of }: { of: Adoption }) {
  return (
    <Panel
      title="Features"
      sub={`${plural(of.features.length, "feature")}, most used first`}
      right={<ExportButton name="adoption" rows={of.features} columns={COLUMNS} />}
    >
      <DataList
        name="features"
        keyboard
        rows={of.features}
        columns={COLUMNS}
        idOf={(row) => row.feature}
        pathOf={pathOf}
      />
    </Panel>
  );
}

const number = (title: string, key: "people" | "sessions" | "conversions"): Column<FeatureUse> => ({
  key,
  title,
  right: true,
  value: ({ taken }) => taken[key],
  render: ({ taken }) => <span className="num">{count(taken[key])}</span>,
});

const COLUMNS: Column<FeatureUse>[] = [
  {
    key: "feature",
    title: "Feature",
    value: (row) => row.feature,
    render: (row) => (
      <Go to={pathOf(row)} size="sm" fw={550} c="var(--mantine-color-text)">
        {named(row.feature)}
      </Go>
    ),
  },
  {
    key: "share",
    title: "Of all people",
    width: 180,
    value: (row) => row.share,
    render: (row) => (
      <Group gap={8} wrap="nowrap">
        <Progress value={(row.share ?? 0) * 100} size={5} flex={1} aria-label={`People who use ${row.feature}`} />
        <Text size="xs" className="num" w={46} ta="right">
          {share(row.share)}
        </Text>
      </Group>
    ),
  },
  number("People", "people"),
  {
    key: "change",
    title: "Against before",
    right: true,
    value: (row) => row.before,
    render: (row) => (
      <Text size="sm" c="dimmed" className="num">
        {change(row.taken.people, row.before) ?? NOTHING}
      </Text>
    ),
  },
  number("Sessions", "sessions"),
  {
    key: "conversion",
    title: "Conversion",
    right: true,
    value: (row) => row.taken.conversion,
    render: (row) => <span className="num">{share(row.taken.conversion)}</span>,
  },
  {
    key: "role",
    title: "Mostly",
    value: (row) => row.roles[0]?.role,
    render: (row) => (
      <Text size="sm" c="dimmed" truncate>
        {roleWords(named(row.roles[0]?.role ?? ""))}
      </Text>
    ),
  },
  { key: "days", title: "Day by day", width: 130, render: (row) => <Spark values={row.days} height={22} /> },
];
