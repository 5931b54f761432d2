import { type Column, DataList, Empty, ExportButton, Failure, Lines, Loaded, NOTHING, Panel, Permitted, Status, Tag, ago, useCompanyOS, useContextOfUrl, useList, useLoad } from "@companyos/kit";
import type { Person, ServiceAccount, Session } from "@companyos/sdk";
import { Badge, Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

const labels = (words: string[]) => <Group gap={4}>{words.map((word) => <Badge key={word} color="gray">{word}</Badge>)}</Group>;

export function People() {
  const people = useList(["people"], (api, cursor, options) => api.people.list({ cursor: cursor ?? null, limit: 100 }, options));
  const rows = people.data ?? [];
  return (
    <Panel title="People" right={<ExportButton name="people" rows={rows} columns={PEOPLE} />}>
      <Loaded of={people} loading={<Lines rows={5} />}>
        {() => (rows.length > 0 ? <DataList name="people" keyboard rows={rows} columns={PEOPLE} idOf={(row) => row.id} more={{ has: people.hasNextPage, busy: people.isFetchingNextPage, load: () => void people.fetchNextPage() }} /> : <Empty>Nobody else is here.</Empty>)}
      </Loaded>
    </Panel>
  );
}

const PEOPLE: Column<Person>[] = [
  { key: "name", title: "Name", value: (row) => row.name, render: (row) => <Text size="sm" fw={550}>{row.name}</Text> },
  { key: "email", title: "Email", value: (row) => row.email, render: (row) => <Text size="sm" c="dimmed">{row.email}</Text> },
  { key: "roles", title: "Roles", value: (row) => row.roles.join(" "), render: (row) => labels(row.roles) },
  { key: "environments", title: "Environments", value: (row) => row.environments.join(" "), render: (row) => labels(row.environments) },
  { key: "factor", title: "Second factor", value: (row) => row.second_factor, render: (row) => <Text size="sm" c="dimmed">{row.second_factor ?? NOTHING}</Text> },
  { key: "status", title: "Status", value: (row) => row.status, render: (row) => <Status code={row.status} /> },
];

export const Machines = () => (
  <Permitted action="identity:service_account.list" what="service accounts"><Accounts /></Permitted>
);

function Accounts() {
  const machines = useList(["service-accounts"], (api, cursor, options) => api.serviceAccounts.list({ cursor: cursor ?? null, limit: 100 }, options));
  const rows = machines.data ?? [];
  return (
    <Panel title="Service accounts" sub="they sign in with a key of their own (private_key_jwt)" right={<ExportButton name="service-accounts" rows={rows} columns={MACHINES} />}>
      <Loaded of={machines} loading={<Lines rows={4} />}>
        {() => (rows.length > 0 ? <DataList name="service-accounts" keyboard rows={rows} columns={MACHINES} idOf={(row) => row.id} more={{ has: machines.hasNextPage, busy: machines.isFetchingNextPage, load: () => void machines.fetchNextPage() }} /> : <Empty>No machine may act here yet.</Empty>)}
      </Loaded>
    </Panel>
  );
}

const MACHINES: Column<ServiceAccount>[] = [
  { key: "name", title: "Name", value: (row) => row.name, render: (row) => <Text size="sm" fw={550}>{row.name}</Text> },
  { key: "client", title: "Client id", value: (row) => row.client_id, render: (row) => <Text size="sm" ff="monospace" c="dimmed">{row.client_id}</Text> },
  { key: "roles", title: "Roles", value: (row) => row.roles.join(" "), render: (row) => labels(row.roles) },
  { key: "status", title: "Status", value: (row) => row.status, render: (row) => <Status code={row.status} /> },
  { key: "used", title: "Last used", right: true, value: (row) => row.last_used_at, render: (row) => <Text size="sm" c="dimmed">{row.last_used_at ? ago(row.last_used_at) : "never"}</Text> },
];

export function Roles() {
  const roles = useLoad(["roles"], (api, options) => api.people.roles(options));
  return (
    <Panel title="Roles" sub="what policies know people as">
      <Loaded of={roles} loading={<Lines rows={6} />}>
        {({ items }) => <ol className="rows">{items.map(({ name, title }) => <li key={name}><Group px="md" py={8} gap="md"><Text size="sm" fw={550} w={200}>{title}</Text><Badge color="gray">{name}</Badge></Group></li>)}</ol>}
      </Loaded>
    </Panel>
  );
}

/** Where one is signed in, and the way to end it. */
export function Sessions() {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const sessions = useLoad(["sessions"], (known, options) => known.sessions.list(options));
  const end = useMutation({ mutationFn: (id: string) => api.sessions.end(id, { context }), onSuccess: () => queries.invalidateQueries() });
  return (
    <Panel title="Your sign-ins" sub="end what you do not know">
      {end.error && <div className="pad"><Failure error={end.error} /></div>}
      <Loaded of={sessions} loading={<Lines rows={3} />}>
        {({ items }) => <ol className="rows">{items.map((row) => <li key={row.id}><SignIn session={row} busy={end.isPending && end.variables === row.id} onEnd={() => end.mutate(row.id)} /></li>)}</ol>}
      </Loaded>
    </Panel>
  );
}

const SignIn = ({ session: { client, device, created_at, used_at, current }, busy, onEnd }: { session: Session; busy: boolean; onEnd: () => void }) => (
  <Group px="md" py={8} justify="space-between" wrap="nowrap">
    <div>
      <Group gap="xs"><Text size="sm" fw={550}>{client}</Text>{current && <Tag tone="ok">this one</Tag>}</Group>
      <Text size="xs" c="dimmed" lineClamp={1}>{[ `since ${ago(created_at)}`, `used ${ago(used_at)}`, device].filter(Boolean).join(" · ")}</Text>
    </div>
    {!current && <Button variant="default" loading={busy} onClick={onEnd}>End</Button>}
  </Group>
);
