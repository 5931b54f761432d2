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
  plural,
  useLoad,
} from "@companyos/kit";
import type { Tenant } from "@companyos/sdk";
import { Badge, Group, Stack, Text } from "@mantine/core";
import { Across } from "./Across";

const pathOf = ({ slug }: Tenant) => `/tenants/${slug}`;

/** The tenants that this person may see: most people see their own. */
export default function TenantsPage() {
  const tenants = useLoad(["tenants"], (api, options) => api.tenants.list(options));
  const rows = tenants.data?.items ?? [];
  return (
    <Stack gap="md">
      <PageHead title="Tenants" sub={tenants.data ? `${plural(rows.length, "tenant")} within your span` : "…"} />
      <Panel title="Your tenants" right={<ExportButton name="tenants" rows={rows} columns={COLUMNS} />}>
        <Loaded of={tenants} loading={<Lines rows={4} />}>
          {() =>
            rows.length > 0 ? (
              <DataList
                name="tenants"
                keyboard
                rows={rows}
                columns={COLUMNS}
                idOf={(row) => row.id}
                pathOf={pathOf}
                subjectOf={({ id }) => ({ type: "identity.tenant", id })}
              />
            ) : (
              <Empty>You may not list tenants here.</Empty>
            )
          }
        </Loaded>
      </Panel>
      <Across />
    </Stack>
  );
}

const COLUMNS: Column<Tenant>[] = [
  {
    key: "slug",
    title: "Tenant",
    value: (row) => row.slug,
    render: (row) => (
      <Group gap={8} wrap="nowrap">
        <Go to={pathOf(row)} size="sm" fw={550} c="var(--mantine-color-text)">
          {row.slug}
        </Go>
        <DemoTag demo={row.demo} />
      </Group>
    ),
  },
  { key: "name", title: "Name", value: (row) => row.name, render: (row) => <Text size="sm">{row.name}</Text> },
  {
    key: "region",
    title: "Region",
    value: (row) => row.region,
    render: (row) => (
      <Text size="sm" c="dimmed">
        {row.region || NOTHING}
      </Text>
    ),
  },
  {
    key: "environments",
    title: "Environments",
    value: (row) => row.environments.join(" "),
    render: (row) => (
      <Group gap={4}>
        {row.environments.map((name) => (
          <Badge key={name} color="gray">
            {name}
          </Badge>
        ))}
      </Group>
    ),
  },
];
