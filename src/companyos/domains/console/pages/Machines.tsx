import {
  type Column,
  DataList,
  Empty,
  ExportButton,
  Lines,
  Loaded,
  Panel,
  Permitted,
  Status,
  ago,
  roleWords,
  useList,
} from "@companyos/kit";
import type { ServiceAccount } from "@companyos/sdk";
import { Text } from "@mantine/core";
import { Labels } from "./Labels";

/** What may act in the tenant without a person. */
export const Machines = () => (
  <Permitted action="identity:service_account.list" what="service accounts">
    <Accounts />
  </Permitted>
);

function Accounts() {
  const machines = useList(["service-accounts"], (api, cursor, options) =>
    api.serviceAccounts.list({ cursor: cursor ?? null, limit: 100 }, options),
  );
  const rows = machines.data ?? [];
  return (
    <Panel
      title="Service accounts"
      sub="they sign in with a key of their own (private_key_jwt)"
      right={<ExportButton name="service-accounts" rows={rows} columns={MACHINES} />}
    >
      <Loaded of={machines} loading={<Lines rows={4} />}>
        {() =>
          rows.length > 0 ? (
            <DataList
              name="service-accounts"
              keyboard
              rows={rows}
              columns={MACHINES}
              idOf={(row) => row.id}
              more={{
                has: machines.hasNextPage,
                busy: machines.isFetchingNextPage,
                load: () => void machines.fetchNextPage(),
              }}
            />
          ) : (
            <Empty>No machine may act here yet.</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const MACHINES: Column<ServiceAccount>[] = [
  {
    key: "name",
    title: "Name",
    value: (row) => row.name,
    render: (row) => (
      <Text size="sm" fw={550}>
        {row.name}
      </Text>
    ),
  },
  {
    key: "client",
    title: "Client id",
    value: (row) => row.client_id,
    render: (row) => (
      <Text size="sm" ff="monospace" c="dimmed">
        {row.client_id}
      </Text>
    ),
  },
  {
    key: "roles",
    title: "Roles",
    value: (row) => row.roles.join(" "),
    render: (row) => <Labels of={row.roles.map(roleWords)} />,
  },
  { key: "status", title: "Status", value: (row) => row.status, render: (row) => <Status code={row.status} /> },
  {
    key: "used",
    title: "Last used",
    right: true,
    value: (row) => row.last_used_at,
    render: (row) => (
      <Text size="sm" c="dimmed">
        {row.last_used_at ? ago(row.last_used_at) : "never"}
      </Text>
    ),
  },
];
