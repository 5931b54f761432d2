import { type Column, DataList, DemoTag, Empty, ExportButton, Lines, Loaded, NOTHING, PageHead, Panel, ago, useList, useLoad, useMe, useWord } from "@companyos/kit";
import type { Person, ServiceAccount } from "@companyos/sdk";
import { Badge, Group, Stack, Tabs, Text } from "@mantine/core";

/** People, roles and machines of the tenant. A closed tab asks nothing. */
export default function AdminPage() {
  const { tenant } = useMe();
  const [tab, setTab] = useWord("tab", "people");
  return (
    <Stack gap="md">
      <PageHead title="Admin" sub={`Who and what may act in ${tenant.name}`} />
      <Tabs value={tab} onChange={(next) => setTab(next ?? "people")} keepMounted={false}>
        <Tabs.List mb="md"><Tabs.Tab value="people">People</Tabs.Tab><Tabs.Tab value="machines">Service accounts</Tabs.Tab><Tabs.Tab value="roles">Roles</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="people"><People /></Tabs.Panel>
        <Tabs.Panel value="machines"><Machines /></Tabs.Panel>
        <Tabs.Panel value="roles"><Roles /></Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function People() {
  const people = useList(["people"], (api, cursor, options) => api.identity.people({ cursor, limit: 100 }, options));
  const rows = people.data ?? [];
  return (
    <Panel title="People" right={<ExportButton name="people" rows={rows} columns={PEOPLE} />}>
      <Loaded of={people} loading={<Lines rows={5} />}>{() => (rows.length > 0 ? <DataList name="people" keyboard rows={rows} columns={PEOPLE} idOf={(row) => row.id} more={{ has: people.hasNextPage, busy: people.isFetchingNextPage, load: () => void people.fetchNextPage() }} /> : <Empty>Nobody else is here.</Empty>)}</Loaded>
    </Panel>
  );
}

function Machines() {
  const machines = useList(["service-accounts"], (api, cursor, options) => api.identity.serviceAccounts({ cursor, limit: 100 }, options));
  const rows = machines.data ?? [];
  return (
    <Panel title="Service accounts" sub="they sign in with a key of their own (private_key_jwt)" right={<ExportButton name="service-accounts" rows={rows} columns={MACHINES} />}>
      <Loaded of={machines} loading={<Lines rows={4} />}>{() => (rows.length > 0 ? <DataList name="service-accounts" keyboard rows={rows} columns={MACHINES} idOf={(row) => row.id} /> : <Empty>No machine may act here yet.</Empty>)}</Loaded>
    </Panel>
  );
}

function Roles() {
  const roles = useLoad(["roles"], (api, options) => api.identity.roles(options));
  return (
    <Panel title="Roles" sub="what the policies know people as">
      <Loaded of={roles} loading={<Lines rows={6} />}>
        {({ items }) => (
          <ol className="rows">
            {items.map(({ name, title, description }) => <li key={name}><Group px="md" py={8} gap="md" wrap="nowrap"><Badge color="gray">{name}</Badge><div><Text size="sm" fw={550}>{title ?? name}</Text>{description && <Text size="xs" c="dimmed">{description}</Text>}</div></Group></li>)}
          </ol>
        )}
      </Loaded>
    </Panel>
  );
}

const roleBadges = (roles: string[]) => <Group gap={4}>{roles.map((role) => <Badge key={role} color="gray">{role}</Badge>)}</Group>;

const PEOPLE: Column<Person>[] = [
  { key: "name", title: "Name", value: (row) => row.name, render: (row) => <Group gap={8} wrap="nowrap"><Text size="sm" fw={550}>{row.name}</Text><DemoTag demo={row.demo} /></Group> },
  { key: "email", title: "Email", value: (row) => row.email, render: (row) => <Text size="sm" c="dimmed">{row.email}</Text> },
  { key: "roles", title: "Roles", value: (row) => row.roles.join(" "), render: (row) => roleBadges(row.roles) },
  { key: "factor", title: "Second factor", value: (row) => row.second_factor, render: (row) => <Text size="sm" c="dimmed">{row.second_factor ?? NOTHING}</Text> },
];

const MACHINES: Column<ServiceAccount>[] = [
  { key: "name", title: "Name", value: (row) => row.name, render: (row) => <Text size="sm" fw={550}>{row.name}</Text> },
  { key: "roles", title: "Roles", value: (row) => row.roles.join(" "), render: (row) => roleBadges(row.roles) },
  { key: "used", title: "Last used", right: true, value: (row) => row.last_used_at, render: (row) => <Text size="sm" c="dimmed">{row.last_used_at ? ago(row.last_used_at) : "never"}</Text> },
];
