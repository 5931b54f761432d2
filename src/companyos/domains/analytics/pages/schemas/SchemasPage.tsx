import {
  Act,
  Ago,
  type Column,
  DataList,
  Empty,
  ExportButton,
  Go,
  Lines,
  Loaded,
  NOTHING,
  PageHead,
  Panel,
  Permitted,
  useList,
  useWord,
} from "@companyos/kit";
import type { Schema } from "@companyos/sdk";
import { Badge, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { Editor } from "./Editor";

/** What events mean: every schema with its version, its labels, and what it may be used for. */
export default function SchemasPage() {
  const [write, setWrite] = useWord("write");
  return (
    <Stack gap="md">
      <PageHead title="Schemas" sub="What events mean, what they may be used for, and who must have agreed">
        <Act action="data:schema.register" onClick={() => setWrite("new")}>
          Register a schema
        </Act>
      </PageHead>
      {write && (
        <Permitted action="data:schema.check" what="what a schema would be">
          <Editor onClose={() => setWrite("")} />
        </Permitted>
      )}
      <Permitted action="data:schema.list" what="schemas">
        <Schemas />
      </Permitted>
    </Stack>
  );
}

function Schemas() {
  const [whose, setWhose] = useWord("whose", "all");
  const schemas = useList(["schemas"], (api, cursor, options) =>
    api.schemas.list({ cursor: cursor ?? null, limit: 200 }, options),
  );
  const rows = (schemas.data ?? []).filter(({ builtin }) => whose === "all" || builtin === (whose === "ours"));
  return (
    <Panel
      title="All schemas"
      sub="by name"
      right={
        <>
          <SegmentedControl
            size="xs"
            aria-label="Whose schemas"
            value={whose}
            onChange={setWhose}
            data={[
              { value: "all", label: "All" },
              { value: "own", label: "Your own" },
              { value: "ours", label: "CompanyOS" },
            ]}
          />
          <ExportButton name="schemas" rows={rows} columns={COLUMNS} />
        </>
      }
    >
      <Loaded of={schemas} loading={<Lines rows={8} />}>
        {() =>
          rows.length > 0 ? (
            <DataList
              name="schemas"
              keyboard
              rows={rows}
              columns={COLUMNS}
              idOf={({ name }) => name}
              pathOf={({ name }) => `/analytics/schemas/${name}`}
              more={{
                has: schemas.hasNextPage,
                busy: schemas.isFetchingNextPage,
                load: () => void schemas.fetchNextPage(),
              }}
            />
          ) : (
            <Empty>There is no schema of your own yet. Register one, and events of that name are taken in.</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const COLUMNS: Column<Schema>[] = [
  {
    key: "name",
    title: "Schema",
    value: ({ name }) => name,
    render: ({ name, title }) => (
      <div>
        <Go to={`/analytics/schemas/${name}`} size="sm" className="break">
          {name}
        </Go>
        <Text size="xs" c="dimmed">
          {title}
        </Text>
      </div>
    ),
  },
  {
    key: "version",
    title: "Version",
    value: ({ version }) => version,
    render: ({ version }) => <span className="num nowrap">{version}</span>,
  },
  {
    key: "labels",
    title: "Strictest label",
    value: ({ classification }) => classification,
    render: ({ classification, personal }) => (
      <Group gap={6}>
        <Badge color={classification === "restricted" || classification === "confidential" ? "orange" : "gray"}>
          {classification}
        </Badge>
        {personal && <Badge color="grape">personal</Badge>}
      </Group>
    ),
  },
  {
    key: "consent",
    title: "Consent",
    value: ({ consent }) => consent,
    render: ({ consent }) => consent.replaceAll("_", " ") || NOTHING,
  },
  {
    key: "purposes",
    title: "May be used for",
    value: ({ purposes }) => purposes.join(", "),
    render: ({ purposes }) => purposes.map((one) => one.replaceAll("_", " ")).join(", ") || "anything",
  },
  {
    key: "changed",
    title: "Changed",
    value: ({ changed_at }) => changed_at,
    render: ({ changed_at, builtin }) => (changed_at ? <Ago at={changed_at} /> : builtin ? "built in" : NOTHING),
  },
];
