import {
  type Column,
  DataList,
  Empty,
  ExportButton,
  Lines,
  Loaded,
  NOTHING,
  Panel,
  Status,
  roleWords,
  useList,
  useWord,
} from "@companyos/kit";
import type { Person } from "@companyos/sdk";
import { Text, UnstyledButton } from "@mantine/core";
import { EditPerson } from "./EditPerson";
import { Labels } from "./Labels";

/** Who may act in the tenant. */
export function People() {
  const people = useList(["people"], (api, cursor, options) =>
    api.people.list({ cursor: cursor ?? null, limit: 100 }, options),
  );
  const [person, setPerson] = useWord("person");
  const rows = people.data ?? [];
  const columns = columnsFor(setPerson);
  return (
    <>
      <Panel title="People" right={<ExportButton name="people" rows={rows} columns={columns} />}>
        <Loaded of={people} loading={<Lines rows={5} />}>
          {() =>
            rows.length > 0 ? (
              <DataList
                name="people"
                keyboard
                rows={rows}
                columns={columns}
                idOf={(row) => row.id}
                more={{
                  has: people.hasNextPage,
                  busy: people.isFetchingNextPage,
                  load: () => void people.fetchNextPage(),
                }}
              />
            ) : (
              <Empty>Nobody else is here.</Empty>
            )
          }
        </Loaded>
      </Panel>
      {person && <EditPerson id={person} onClose={() => setPerson("")} />}
    </>
  );
}

const columnsFor = (open: (id: string) => void): Column<Person>[] => [
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
    key: "email",
    title: "Email",
    value: (row) => row.email,
    render: (row) => (
      <Text size="sm" c="dimmed">
        {row.email}
      </Text>
    ),
  },
  {
    key: "roles",
    title: "Roles",
    value: (row) => row.roles.join(" "),
    render: (row) => <Labels of={row.roles.map(roleWords)} />,
  },
  {
    key: "environments",
    title: "Environments",
    value: (row) => row.environments.join(" "),
    render: (row) => <Labels of={row.environments} />,
  },
  {
    key: "factor",
    title: "Second factor",
    value: (row) => row.second_factor,
    render: (row) => (
      <Text size="sm" c="dimmed">
        {row.second_factor ?? NOTHING}
      </Text>
    ),
  },
  { key: "status", title: "Status", value: (row) => row.status, render: (row) => <Status code={row.status} /> },
];
