import { Block, Empty, Loaded, Panel, count, share, useLoad } from "@companyos/kit";
import type { Cohort } from "@companyos/sdk";
import { Table, Text } from "@mantine/core";
import { dayLabel, useScope } from "./scope";

const WEEKS = 8;

/** Of the people who came first in a week, how many came again so many weeks later. */
export function Retention({ feature = "" }: { feature?: string }) {
  const { scope } = useScope();
  const { until, role, plan } = scope;
  const asked = { weeks: WEEKS, until, role, plan, feature };
  const kept = useLoad(["reports", "retention", asked], (api, o) => api.reports.retention(asked, o));
  return (
    <Panel title="Who stays" sub="by the week in which people came first">
      <Loaded of={kept} loading={<Block height={220} />}>
        {({ cohorts }) =>
          cohorts.some(({ people }) => people > 0) ? (
            <Grid of={cohorts.slice(cohorts.findIndex(({ people }) => people > 0))} />
          ) : (
            <Empty>Nobody came first in these weeks.</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const Grid = ({ of }: { of: Cohort[] }) => (
  // A region that scrolls must be reachable by keyboard.
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <div className="scroll" tabIndex={0} role="region" aria-label="Retention by week">
    <Table verticalSpacing={4} horizontalSpacing="xs" ta="right">
      <Table.Thead>
        <Table.Tr>
          <Table.Th ta="left">Week of</Table.Th>
          <Table.Th ta="right">People</Table.Th>
          {of.slice(1).map((cohort, week) => (
            <Table.Th key={cohort.week} ta="right" className="nowrap">
              +{week + 1}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {of.map(({ week, people, kept }) => (
          <Table.Tr key={week}>
            <Table.Td ta="left" className="nowrap">
              {dayLabel(week)}
            </Table.Td>
            <Table.Td className="num">{count(people)}</Table.Td>
            {kept.slice(1).map((came, later) => (
              <Table.Td key={later} className={people > 0 ? `num heat heat-${heat(came / people)}` : "num"}>
                <Text size="xs" span title={`${came} of ${people}`}>
                  {people > 0 ? share(Math.round((came / people) * 100) / 100) : ""}
                </Text>
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
);

/** A share as one of five steps of a colour. */
const heat = (part: number) => Math.min(4, Math.floor(part * 5));
