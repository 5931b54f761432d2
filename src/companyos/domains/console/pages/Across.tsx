import { type Column, DataList, Lines, Loaded, Panel, clockOf, plural, useLeft, useLoad } from "@companyos/kit";
import type { TenantTotals } from "@companyos/sdk";
import { Badge, Text } from "@mantine/core";

/** Totals side by side: of the own tenant, and of those whose administrators granted a span of control; of no other. */
export function Across() {
  const across = useLoad(["tenants", "across"], (api, options) => api.tenants.across({}, options));
  const { totals } = across.data ?? {};
  return (
    <Panel
      title="Side by side"
      sub={
        totals
          ? `${plural(totals.services, "service")}, ${plural(totals.incidents_active, "open incident")}, ${plural(totals.deployments, "deployment")} in 24 h`
          : "…"
      }
    >
      <Loaded of={across} loading={<Lines rows={2} />}>
        {({ tenants }) => (
          <>
            <DataList name="across" rows={tenants} columns={COLUMNS} idOf={({ slug }) => slug} />
            {tenants.length === 1 && (
              <Text size="sm" c="dimmed" p="md">
                Only your own: the administrator of another tenant can grant you sight of its totals.
              </Text>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

const number = (title: string, key: keyof TenantTotals["totals"]): Column<TenantTotals> => ({
  key,
  title,
  value: ({ totals }) => totals[key],
  render: ({ totals }) => (
    <Text size="sm" className="num">
      {totals[key]}
    </Text>
  ),
});

function Ends({ at }: { at: string | null }) {
  const left = useLeft(at);
  if (!at) return <Text size="sm">yours</Text>;
  return (
    <Badge color="orange" className="num" role="timer">
      {clockOf(left)}
    </Badge>
  );
}

const COLUMNS: Column<TenantTotals>[] = [
  { key: "slug", title: "Tenant", value: ({ slug }) => slug, render: ({ name }) => <Text size="sm">{name}</Text> },
  {
    key: "region",
    title: "Region",
    value: ({ region }) => region,
    render: ({ region }) => <Text size="sm">{region}</Text>,
  },
  number("Services", "services"),
  number("Open incidents", "incidents_active"),
  number("Deployments, 24 h", "deployments"),
  {
    key: "ends",
    title: "Span ends in",
    value: ({ ends_at }) => ends_at,
    render: ({ ends_at }) => <Ends at={ends_at} />,
  },
];
