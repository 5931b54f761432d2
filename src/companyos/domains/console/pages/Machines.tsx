import {
  Act,
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
  useSetWords,
  useWord,
} from "@companyos/kit";
import type { ServiceAccount } from "@companyos/sdk";
import { Text, UnstyledButton } from "@mantine/core";
import { EditMachine } from "./EditMachine";
import { Labels } from "./Labels";
import { NewMachine } from "./NewMachine";

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
  const [machine, setMachine] = useWord("machine");
  const [dialog, setDialog] = useWord("new");
  const set = useSetWords();
  const rows = machines.data ?? [];
  const columns = columnsFor(setMachine);
  return (
    <>
      <Panel
        title="Service accounts"
        sub="they sign in with a key of their own (private_key_jwt)"
        right={
          <>
            <Act action="identity:service_account.create" onClick={() => setDialog("machine")}>
              New service account
            </Act>
            <ExportButton name="service-accounts" rows={rows} columns={columns} />
          </>
        }
      >
        <Loaded of={machines} loading={<Lines rows={4} />}>
          {() =>
            rows.length > 0 ? (
              <DataList
                name="service-accounts"
                keyboard
                rows={rows}
                columns={columns}
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
      {dialog === "machine" && (
        <NewMachine onClose={() => setDialog("")} onMade={(id) => set({ new: undefined, machine: id })} />
      )}
      {machine && <EditMachine id={machine} onClose={() => setMachine("")} />}
    </>
  );
}

const columnsFor = (open: (id: string) => void): Column<ServiceAccount>[] => [
  {
    key: "name",
    title: "Name",
    value: (row) => row.name,
    render: (row) => (
      <UnstyledButton className="link" fz="sm" fw={550} onClick={() => open(row.id)}>
        {row.name}
      </UnstyledButton>
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
