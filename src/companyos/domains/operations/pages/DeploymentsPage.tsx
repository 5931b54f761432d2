import {
  Ago,
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
  plural,
  useChoice,
  useList,
  useWord,
  words,
} from "@companyos/kit";
import type { Deployment } from "@companyos/sdk";
import { Badge, CloseButton, Code, Group, Select, Text } from "@mantine/core";
import { begun, changed, commitOf } from "./deployment";

const STATUSES = ["queued", "running", "paused", "succeeded", "failed", "rolled_back"] as const;
const pathOf = ({ id }: Deployment) => `/deployments/${id}`;
const subjectOf = ({ id }: Deployment) => ({ type: "operations.deployment", id });

export default function DeploymentsPage() {
  const [service, setService] = useWord("service");
  const [status, setStatus] = useChoice("status", STATUSES);
  const deployments = useList(["deployments", { service, status }], (api, cursor, options) =>
    api.deployments.list({ service, status: status ?? null, cursor: cursor ?? null, limit: 50 }, options),
  );
  const rows = deployments.data ?? [];
  return (
    <>
      <PageHead
        title="Deployments"
        sub={
          deployments.data ? `${plural(rows.length, "deployment")}${deployments.hasNextPage ? " and more" : ""}` : "…"
        }
      >
        <Go to="/hooks" size="sm">
          Hooks
        </Go>
      </PageHead>
      <Panel
        title={service ? `Deployments of ${service}` : "All deployments"}
        sub="newest first"
        right={
          <>
            {service && (
              <Badge
                color="indigo"
                rightSection={<CloseButton size={14} aria-label="Every service" onClick={() => setService("")} />}
              >
                {service}
              </Badge>
            )}
            <Select
              size="xs"
              w={140}
              aria-label="Status"
              placeholder="Any status"
              clearable
              clearButtonProps={{ "aria-label": "Any status" }}
              value={status ?? null}
              onChange={(next) => setStatus(next ?? "")}
              data={STATUSES.map((value) => ({ value, label: words(value) }))}
            />
            <ExportButton name="deployments" rows={rows} columns={COLUMNS} />
          </>
        }
      >
        <Loaded of={deployments} loading={<Lines rows={10} />}>
          {() =>
            rows.length > 0 ? (
              <DataList
                name="deployments"
                keyboard
                rows={rows}
                columns={COLUMNS}
                idOf={(row) => row.id}
                pathOf={pathOf}
                subjectOf={subjectOf}
                more={{
                  has: deployments.hasNextPage,
                  busy: deployments.isFetchingNextPage,
                  load: () => void deployments.fetchNextPage(),
                }}
              />
            ) : service || status ? (
              <Empty>No deployment matches this filter.</Empty>
            ) : (
              <Empty command="companyos deployments import --git .">
                Nothing has been deployed yet. Read the history of a repository:
              </Empty>
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}

const COLUMNS: Column<Deployment>[] = [
  {
    key: "version",
    title: "Version",
    value: (row) => row.version,
    render: (row) => (
      <Group gap={8} wrap="nowrap">
        <Go to={pathOf(row)} size="sm" fw={550} c="var(--mantine-color-text)">
          {row.version}
        </Go>
        {commitOf(row) && <Code>{commitOf(row)}</Code>}
        <DemoTag demo={row.demo} />
      </Group>
    ),
  },
  {
    key: "service",
    title: "Service",
    value: (row) => row.service,
    render: (row) => (
      <Go to={`/services/${row.service}`} size="sm">
        {row.service}
      </Go>
    ),
  },
  { key: "status", title: "Status", value: (row) => row.status, render: (row) => <Status code={row.status} /> },
  {
    key: "diff",
    title: "Changed",
    value: changed,
    render: (row) => (
      <Text size="sm" c="dimmed" className="num">
        {changed(row) || NOTHING}
      </Text>
    ),
  },
  {
    key: "author",
    title: "By",
    value: (row) => row.author,
    render: (row) => (
      <Text size="sm" c="dimmed">
        {row.author || NOTHING}
      </Text>
    ),
  },
  {
    key: "evidence",
    title: "Evidence",
    right: true,
    value: (row) => row.evidence.length,
    render: (row) => (
      <Text size="sm" c="dimmed" className="num">
        {row.evidence.length || NOTHING}
      </Text>
    ),
  },
  {
    key: "started",
    title: "When",
    right: true,
    value: begun,
    render: (row) => <Ago at={begun(row)} dimmed />,
  },
];
