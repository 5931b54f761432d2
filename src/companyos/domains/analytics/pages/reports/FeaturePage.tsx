import {
  Chart,
  Empty,
  Lines,
  Loaded,
  PageHead,
  Panel,
  type Series,
  Stat,
  count,
  plural,
  roleWords,
  share,
  useLoad,
  useSteps,
} from "@companyos/kit";
import type { Adoption, FeatureUse } from "@companyos/sdk";
import { Group, Progress, SimpleGrid, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { AsOf } from "./AsOf";
import { Retention } from "./Retention";
import { RibbonPanel } from "./RibbonPanel";
import { ScopeBar } from "./ScopeBar";
import { Tenants } from "./Tenants";
import { Visits } from "./Visits";
import { change, named, startOf, useScope } from "./scope";

/** One feature: by day, role and tenant, and the visits that the numbers are made of. */
export default function FeaturePage() {
  const { name: feature = "" } = useParams({ strict: false }) as { name?: string };
  const { scope } = useScope();
  const asked = { ...scope, feature };
  const adoption = useLoad(["reports", "adoption", asked], (api, o) => api.reports.adoption(asked, o));
  useSteps("features", `/analytics/reports/features/${encodeURIComponent(feature)}`);
  const { data } = adoption;
  return (
    <Stack gap="md">
      <PageHead
        title={named(feature)}
        up={{ to: "/analytics/reports", title: "Reports" }}
        sub={data ? <AsOf at={data.as_of} /> : "…"}
      >
        <ScopeBar roles={data?.roles.map(({ role }) => role) ?? []} />
      </PageHead>
      <Loaded of={adoption} loading={<Lines rows={8} />}>
        {(found) => {
          const [use] = found.features;
          return use ? <Shown report={found} use={use} /> : <Empty>Nobody used {named(feature)} in these days.</Empty>;
        }}
      </Loaded>
      <RibbonPanel feature={feature} />
      <Retention feature={feature} />
      <Tenants feature={feature} />
      <Visits feature={feature} />
    </Stack>
  );
}

function Shown({ report, use }: { report: Adoption; use: FeatureUse }) {
  const { zoom } = useScope();
  const { taken, before, roles } = use;
  const series = useMemo(
    (): Series[] => [
      { name: "People", tone: "main", area: true, points: report.days.map((one) => [startOf(one.day), one.people]) },
      { name: "Sessions", tone: "second", points: report.days.map((one) => [startOf(one.day), one.sessions]) },
    ],
    [report],
  );
  return (
    <>
      <SimpleGrid type="container" cols={{ base: 2, "720px": 4 }} spacing="md">
        <Stat big label="People" value={count(taken.people)} note={change(taken.people, before) ?? "nobody before"} />
        <Stat big label="Sessions" value={count(taken.sessions)} />
        <Stat big label="Conversion" value={share(taken.conversion)} note={plural(taken.conversions, "goal")} />
        <Stat big label="Events" value={count(taken.events)} />
      </SimpleGrid>
      <SimpleGrid type="container" cols={{ base: 1, "900px": 2 }} spacing="md">
        <Panel title="Day by day" sub="people and sessions">
          <Chart label={`Use of ${use.feature}`} series={series} format={count} onZoom={zoom} height={220} />
        </Panel>
        <Panel title="By role" sub="a role is a filter">
          <Roles roles={roles} people={taken.people} />
        </Panel>
      </SimpleGrid>
    </>
  );
}

function Roles({ roles, people }: { roles: FeatureUse["roles"]; people: number }) {
  const { set } = useScope();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Role</Table.Th>
          <Table.Th>People</Table.Th>
          <Table.Th ta="right">Sessions</Table.Th>
          <Table.Th ta="right">Conversion</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {roles.map(({ role, taken }) => (
          <Table.Tr key={role}>
            <Table.Td>
              <UnstyledButton fz="sm" onClick={() => set({ role })} title={`Only ${roleWords(named(role))}`}>
                {roleWords(named(role))}
              </UnstyledButton>
            </Table.Td>
            <Table.Td>
              <Group gap={8} wrap="nowrap">
                <Progress
                  value={people > 0 ? (taken.people / people) * 100 : 0}
                  size={5}
                  flex={1}
                  miw={60}
                  aria-label={`People in the role ${roleWords(named(role))}`}
                />
                <Text size="xs" className="num" w={36} ta="right">
                  {count(taken.people)}
                </Text>
              </Group>
            </Table.Td>
            <Table.Td ta="right" className="num">
              {count(taken.sessions)}
            </Table.Td>
            <Table.Td ta="right" className="num">
              {share(taken.conversion)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
