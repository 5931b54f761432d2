import {
  Ago,
  Act,
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
  Status,
  Tag,
  URGENCY,
  plural,
  toneOf,
  useChoice,
  useList,
  useShortcut,
  useWord,
  words,
} from "@companyos/kit";
import type { Incident } from "@companyos/sdk";
import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { NewIncident } from "./NewIncident";

const STATUSES = ["open", "acknowledged", "mitigated", "resolved"] as const;
const pathOf = ({ id }: Incident) => `/incidents/${id}`;
const subjectOf = ({ id }: Incident) => ({ type: "operations.incident", id });
/** Worst first: not yet resolved, then severity, then how urgent its state is. */
const worst = ({ status, severity }: Incident) =>
  (status === "resolved" ? 0 : 100) + (5 - Number(severity.slice(3))) * 10 + URGENCY[toneOf(status)];

export default function IncidentsPage() {
  const [status, setStatus] = useChoice("status", STATUSES);
  const [dialog, setDialog] = useWord("new");
  const incidents = useList(["incidents", { status }], (api, cursor, options) =>
    api.incidents.list({ status: status ?? null, cursor: cursor ?? null, limit: 50 }, options),
  );
  const rows = incidents.data ?? [];
  const burning = rows.filter((row) => row.status !== "resolved").length;
  useShortcut("c", "Open an incident", () => setDialog("yes"));
  return (
    <>
      <PageHead
        title="Incidents"
        tone={burning > 0 ? "bad" : "ok"}
        sub={incidents.data ? (burning ? `${plural(burning, "incident")} not resolved` : "Nothing is burning") : "…"}
      >
        <Act action="operations:incident.open" onClick={() => setDialog("yes")}>
          Open an incident
        </Act>
      </PageHead>
      <Panel
        title="All incidents"
        sub="worst first"
        right={
          <>
            <SegmentedControl
              size="xs"
              aria-label="Status"
              value={status ?? ""}
              onChange={setStatus}
              data={[
                { value: "", label: "All" },
                ...STATUSES.map((value) => ({ value: value as string, label: words(value) })),
              ]}
            />
            <ExportButton name="incidents" rows={rows} columns={COLUMNS} />
          </>
        }
      >
        <Loaded of={incidents} loading={<Lines rows={8} />}>
          {() =>
            rows.length > 0 ? (
              <DataList
                name="incidents"
                keyboard
                rows={rows}
                columns={COLUMNS}
                idOf={(row) => row.id}
                worst={worst}
                pathOf={pathOf}
                subjectOf={subjectOf}
                more={{
                  has: incidents.hasNextPage,
                  busy: incidents.isFetchingNextPage,
                  load: () => void incidents.fetchNextPage(),
                }}
              />
            ) : (
              <Empty
                action={
                  <Button variant="default" onClick={() => setDialog("yes")}>
                    Open an incident
                  </Button>
                }
              >
                {status
                  ? `No incident is ${status}.`
                  : "No incident has been opened here. When something is wrong, tell everybody at once:"}
              </Empty>
            )
          }
        </Loaded>
      </Panel>
      {dialog && <NewIncident onClose={() => setDialog("")} />}
    </>
  );
}

const COLUMNS: Column<Incident>[] = [
  {
    key: "title",
    title: "Incident",
    value: (row) => row.title,
    render: (row) => (
      <Group gap={8} wrap="nowrap">
        <Tag tone={toneOf(row.severity)}>{row.severity.toUpperCase()}</Tag>
        <Go to={pathOf(row)} size="sm" fw={550} c="var(--mantine-color-text)">
          {row.title}
        </Go>
        <DemoTag demo={row.demo} />
      </Group>
    ),
  },
  { key: "status", title: "Status", value: (row) => row.status, render: (row) => <Status code={row.status} /> },
  {
    key: "services",
    title: "Services",
    value: (row) => row.services.join(" "),
    render: (row) => (
      <Text size="sm" c="dimmed">
        {row.services.join(", ") || NOTHING}
      </Text>
    ),
  },
  {
    key: "owner",
    title: "Owner",
    value: (row) => row.owner,
    render: (row) => (
      <Text size="sm" c="dimmed">
        {row.owner || NOTHING}
      </Text>
    ),
  },
  {
    key: "opened",
    title: "Opened",
    right: true,
    value: (row) => row.opened_at,
    render: (row) => <Ago at={row.opened_at} dimmed />,
  },
];
