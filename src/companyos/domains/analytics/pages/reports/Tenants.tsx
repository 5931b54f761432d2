import { type Column, DataList, Lines, Loaded, Panel, Spark, count, share, useLoad } from "@companyos/kit";
import type { TenantUse } from "@companyos/sdk";
import { Badge, Group, Text } from "@mantine/core";
import { change, useScope } from "./scope";

/** The own tenant beside those whose administrators granted a span of control; sums only. */
export function Tenants({ feature = "" }: { feature?: string }) {
  const { scope } = useScope();
  const asked = { days: scope.days, until: scope.until, role: scope.role, feature };
  const tenants = useLoad(["reports", "tenants", asked], (api, o) => api.reports.tenants(asked, o));
  return (
    <Panel title="By tenant" sub="yours, and those that granted you a span of control">
      <Loaded of={tenants} loading={<Lines rows={2} />}>
        {({ items }) => (
          <>
            <DataList name="tenants by use" rows={items} columns={COLUMNS} idOf={({ slug }) => slug} />
            {items.length === 1 && (
              <Text size="sm" c="dimmed" p="md">
                Only your own: the administrator of another tenant can grant you sight of its sums.
              </Text>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

const COLUMNS: Column<TenantUse>[] = [
  {
    key: "name",
    title: "Tenant",
    value: ({ name }) => name,
    render: ({ name, own }) => (
      <Group gap={8} wrap="nowrap">
        <Text size="sm">{name}</Text>
        {own && <Badge>yours</Badge>}
      </Group>
    ),
  },
  {
    key: "region",
    title: "Region",
    value: ({ region }) => region,
    render: ({ region }) => (
      <Text size="sm" c="dimmed">
        {region}
      </Text>
    ),
  },
  {
    key: "people",
    title: "People",
    right: true,
    value: ({ taken }) => taken.people,
    render: ({ taken, before }) => (
      <span className="num">
        {count(taken.people)} <span className="dimmed">{change(taken.people, before)}</span>
      </span>
    ),
  },
  {
    key: "sessions",
    title: "Sessions",
    right: true,
    value: ({ taken }) => taken.sessions,
    render: ({ taken }) => <span className="num">{count(taken.sessions)}</span>,
  },
  {
    key: "conversion",
    title: "Conversion",
    right: true,
    value: ({ taken }) => taken.conversion,
    render: ({ taken }) => <span className="num">{share(taken.conversion)}</span>,
  },
  { key: "days", title: "Day by day", width: 130, render: ({ days }) => <Spark values={days} height={22} /> },
];
