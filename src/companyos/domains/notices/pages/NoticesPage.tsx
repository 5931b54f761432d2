import {
  Ago,
  Act,
  type Column,
  DataList,
  Dialog,
  Empty,
  Excerpt,
  ExportButton,
  Failure,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  Status,
  useCompanyOS,
  useContextOfUrl,
  useList,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { Notice } from "@companyos/sdk";
import { Alert, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { NewChannel } from "./NewChannel";

/** How people outside the console are reached, and what they were told. */
export default function NoticesPage() {
  const [dialog, setDialog] = useWord("new");
  const [read, setRead] = useWord("read");
  return (
    <Stack gap="md">
      <PageHead title="Notices" sub="Letters and posts to people who are not looking at the console">
        <Act action="notices:channel.create" onClick={() => setDialog("channel")}>
          Make a channel
        </Act>
      </PageHead>
      <Permitted action="notices:channel.list" what="channels">
        <Channels />
      </Permitted>
      <Permitted action="notices:notice.list" what="notices">
        <Told onRead={setRead} />
      </Permitted>
      {dialog === "channel" && <NewChannel onClose={() => setDialog("")} />}
      {read && <Letter id={read} onClose={() => setRead("")} />}
    </Stack>
  );
}

function Channels() {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const channels = useLoad(["channels"], (known, options) => known.notices.channels(options));
  const remove = useMutation({
    mutationFn: (name: string) => api.notices.removeChannel(name, { context }),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Panel title="Channels" sub="a service's owner is told over the channel of that name">
      {remove.error && <Failure error={remove.error} />}
      <Loaded of={channels} loading={<Lines rows={3} />}>
        {({ items, captured }) => (
          <>
            {captured.length > 0 && (
              <Alert m="md" color="indigo" title="Nothing leaves this installation">
                What is told by {captured.join(" and ")} is kept here, to be read below. COMPANYOS_MAIL and
                COMPANYOS_CHAT say where it would go.
              </Alert>
            )}
            {items.length > 0 ? (
              <DataList
                name="channels"
                rows={items}
                idOf={({ id }) => id}
                columns={[
                  { key: "name", title: "Channel", value: ({ name }) => name, render: ({ name }) => name },
                  { key: "kind", title: "By", value: ({ kind }) => kind, render: ({ kind }) => kind },
                  { key: "to", title: "To", value: ({ to }) => to.join(" "), render: ({ to }) => to.join(", ") },
                  {
                    key: "remove",
                    title: "",
                    right: true,
                    render: ({ id, name }) => (
                      <Act
                        action="notices:channel.remove"
                        type="notices.channel"
                        id={id}
                        size="xs"
                        variant="default"
                        loading={remove.isPending && remove.variables === name}
                        onClick={() => remove.mutate(name)}
                      >
                        Remove
                      </Act>
                    ),
                  },
                ]}
              />
            ) : (
              <Empty>There is no channel yet. Make one that is called like the owner of your services.</Empty>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Told({ onRead }: { onRead: (id: string) => void }) {
  const told = useList(["notices"], (api, cursor, options) =>
    api.notices.list({ cursor: cursor ?? null, limit: 50 }, options),
  );
  const rows = told.data ?? [];
  const columns = columnsFor(onRead);
  return (
    <Panel
      title="Notices sent"
      sub="newest first"
      right={<ExportButton name="notices" rows={rows} columns={columns} />}
    >
      <Loaded of={told} loading={<Lines rows={5} />}>
        {() =>
          rows.length > 0 ? (
            <DataList
              name="notices"
              keyboard
              rows={rows}
              columns={columns}
              idOf={({ id }) => id}
              more={{ has: told.hasNextPage, busy: told.isFetchingNextPage, load: () => void told.fetchNextPage() }}
            />
          ) : (
            <Empty>Nobody was told anything yet. Plans do, with a step `notices.notify`.</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const columnsFor = (onRead: (id: string) => void): Column<Notice>[] => [
  {
    key: "subject",
    title: "Notice",
    value: ({ subject }) => subject,
    render: ({ id, subject }) => (
      <UnstyledButton className="link" fz="sm" onClick={() => onRead(id)}>
        {subject || "without a subject"}
      </UnstyledButton>
    ),
  },
  { key: "channel", title: "Channel", value: ({ channel }) => channel, render: ({ channel }) => channel },
  { key: "status", title: "State", value: ({ status }) => status, render: ({ status }) => <Status code={status} /> },
  {
    key: "said",
    title: "Answer",
    value: ({ said }) => said,
    render: ({ said }) => (
      <Text size="sm" c="dimmed">
        {said}
      </Text>
    ),
  },
  {
    key: "at",
    title: "When",
    value: ({ at }) => at,
    render: ({ at }) => <Ago at={at} />,
  },
];

/** One letter or post, as it was kept or as it was handed over. */
function Letter({ id, onClose }: { id: string; onClose: () => void }) {
  const notice = useLoad(["notices", id], (api, options) => api.notices.get(id, options));
  return (
    <Dialog title="Notice" size={680} onClose={onClose}>
      <Loaded of={notice} what="notice" loading={<Lines rows={6} />}>
        {({ subject, to, text, status, said, kept }) => (
          <Stack gap="sm">
            <Text size="sm">
              {subject} — to {to.join(", ")}
            </Text>
            <Text size="sm" c="dimmed">
              {status}
              {said && `: ${said}`}
            </Text>
            <Excerpt label="The notice">{kept ?? text}</Excerpt>
          </Stack>
        )}
      </Loaded>
    </Dialog>
  );
}
