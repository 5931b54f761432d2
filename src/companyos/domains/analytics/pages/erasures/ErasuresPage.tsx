import {
  Act,
  Actor,
  Ago,
  type Column,
  DataList,
  Empty,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  Status,
  useList,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { Erasure } from "@companyos/sdk";
import { Code, List, Stack, Text } from "@mantine/core";
import { RequestErasure } from "./RequestErasure";

/** Who was asked to be forgotten, what became of it, and where people are kept. */
export default function ErasuresPage() {
  const [dialog, setDialog] = useWord("new");
  return (
    <Stack gap="md">
      <PageHead title="Erasure" sub="People who are to be forgotten; one asks, somebody else carries it out">
        <Act action="data:erasure.request" onClick={() => setDialog("erasure")}>
          Request an erasure
        </Act>
      </PageHead>
      <Permitted action="data:erasure.list" what="erasures">
        <Erasures />
        <Places />
      </Permitted>
      {dialog === "erasure" && <RequestErasure onClose={() => setDialog("")} />}
    </Stack>
  );
}

function Erasures() {
  const erasures = useList(["erasures"], (api, cursor, options) =>
    api.erasures.list({ cursor: cursor ?? null, limit: 50 }, options),
  );
  const rows = erasures.data ?? [];
  return (
    <Panel title="Requests" sub="newest first">
      <Loaded of={erasures} loading={<Lines rows={5} />}>
        {() =>
          rows.length > 0 ? (
            <DataList
              name="erasures"
              keyboard
              rows={rows}
              columns={COLUMNS}
              idOf={({ id }) => id}
              pathOf={({ id }) => `/analytics/erasures/${id}`}
              more={{
                has: erasures.hasNextPage,
                busy: erasures.isFetchingNextPage,
                load: () => void erasures.fetchNextPage(),
              }}
            />
          ) : (
            <Empty>
              Nobody asked to be forgotten. “Request an erasure” takes the id that your product has for them.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** The registry of everything that holds people: what an erasure walks through. */
function Places() {
  const places = useLoad(["erasures", "places"], (api, options) => api.erasures.places(options));
  return (
    <Panel title="Where people are kept" sub="an erasure walks through all of it, in this order" pad>
      <Loaded of={places} loading={<Lines rows={4} />}>
        {({ items }) => (
          <List type="ordered" size="sm" spacing={4}>
            {items.map(({ name, title }) => (
              <List.Item key={name}>
                {title}{" "}
                <Text span size="xs" c="dimmed" ff="monospace" className="break">
                  {name}
                </Text>
              </List.Item>
            ))}
          </List>
        )}
      </Loaded>
    </Panel>
  );
}

const COLUMNS: Column<Erasure>[] = [
  { key: "state", title: "State", value: (row) => row.state, render: (row) => <Status code={row.state} /> },
  {
    key: "subject",
    title: "Subject",
    value: (row) => row.subject,
    render: (row) => <Code>{row.subject.slice(0, 8)}</Code>,
  },
  { key: "reference", title: "Reference", value: (row) => row.reference, render: (row) => row.reference || "–" },
  {
    key: "requested_at",
    title: "Asked",
    value: (row) => row.requested_at,
    render: (row) => <Ago at={row.requested_at} />,
  },
  {
    key: "requested_by",
    title: "By",
    value: (row) => row.requested_by,
    render: (row) => <Actor of={row.requested_by} size="sm" className="nowrap" />,
  },
  {
    key: "begun_at",
    title: "Unreadable since",
    value: (row) => row.begun_at,
    render: (row) => (row.begun_at ? <Ago at={row.begun_at} /> : "–"),
  },
];
