import {
  Act,
  type Column,
  DataList,
  Diff,
  Empty,
  Excerpt,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  ago,
  useList,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { SchemaDetail, SchemaVersion } from "@companyos/sdk";
import { Badge, Button, CopyButton, Group, Select, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { Editor } from "./Editor";
import { type Labelled, labelled } from "./labels";

/** One schema: what its fields mean and how they are guarded, its versions, and a type for senders. */
export default function SchemaPage() {
  const { name = "" } = useParams({ strict: false }) as { name?: string };
  return (
    <Permitted action="data:schema.list" what="schemas">
      <One name={name} />
    </Permitted>
  );
}

function One({ name }: { name: string }) {
  const [version] = useWord("version");
  const schema = useLoad(["schemas", name, version], (api, options) => api.schemas.get(name, version || null, options));
  return (
    <Loaded of={schema} what="schema" loading={<Lines rows={12} />}>
      {(found) => <Shown schema={found} />}
    </Loaded>
  );
}

function Shown({ schema }: { schema: SchemaDetail }) {
  const { name, title, shown, version, builtin, consent, purposes, feature, document, typescript } = schema;
  const [write, setWrite] = useWord("write");
  const fields = labelled(document);
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/analytics/schemas", title: "Schemas" }}
        title={name}
        sub={title}
        badges={
          <Group gap={6}>
            <Badge color={shown === version ? "gray" : "yellow"}>{shown}</Badge>
            {builtin && <Badge color="gray">built in</Badge>}
          </Group>
        }
      >
        <Go to="/analytics/conformance" size="sm">
          Conformance
        </Go>
        <Act
          action="data:schema.evolve"
          type="data.schema"
          id={name}
          hindrance={shown === version ? undefined : "This is an older version; open the newest to change it."}
          onClick={() => setWrite("yes")}
        >
          Change it
        </Act>
      </PageHead>
      {write && <Editor of={schema} onClose={() => setWrite("")} />}
      <Panel title="Fields" sub={saidOf(consent, purposes, feature)}>
        {fields.length > 0 ? (
          <DataList name="fields" rows={fields} columns={FIELDS} idOf={({ path }) => path} />
        ) : (
          <Empty>This event has no fields of its own.</Empty>
        )}
      </Panel>
      <Document schema={schema} />
      <Panel
        title="TypeScript"
        sub="a type for those who send it"
        right={
          <CopyButton value={typescript}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
        }
        pad
      >
        <Excerpt label="The type">{typescript}</Excerpt>
      </Panel>
    </Stack>
  );
}

const saidOf = (consent: string, purposes: string[], feature: string) =>
  [
    consent ? `needs consent to ${consent.replaceAll("_", " ")}` : "needs no consent",
    `for ${purposes.map((one) => one.replaceAll("_", " ")).join(", ") || "any purpose"}`,
    ...(feature ? [`feature ${feature}`] : []),
  ].join(" · ");

/** The document of a version, or what it differs in from another. */
function Document({ schema: { name, shown, document, note } }: { schema: SchemaDetail }) {
  const [, setVersion] = useWord("version");
  const [against, setAgainst] = useWord("against");
  const versions = useList(["schemas", name, "versions"], (api, cursor, options) =>
    api.schemas.versions(name, { cursor: cursor ?? null, limit: 100 }, options),
  );
  const other = useLoad(
    ["schemas", name, "against", against],
    (api, options) => api.schemas.get(name, against, options),
    {
      enabled: against !== "",
    },
  );
  const text = JSON.stringify(document, null, 2);
  const all = versions.data ?? [];
  return (
    <Panel
      title="Versions"
      sub={note || "MODEL-REVISION-ADDITION; none ever changes"}
      right={
        <>
          <Chooser label="Version" value={shown} versions={all} onChange={(next) => setVersion(next ?? "")} />
          <Chooser
            label="Compared with"
            value={against}
            versions={all.filter((one) => one.version !== shown)}
            onChange={(next) => setAgainst(next ?? "")}
          />
        </>
      }
      pad
    >
      {against ? (
        <Loaded of={other} what="version" loading={<Lines rows={8} />}>
          {(before) => (
            <Diff
              before={JSON.stringify(before.document, null, 2)}
              after={text}
              label={`From ${against} to ${shown}`}
            />
          )}
        </Loaded>
      ) : (
        <Excerpt label={`Document of ${shown}`}>{text}</Excerpt>
      )}
    </Panel>
  );
}

interface ChooserProps {
  label: string;
  value: string;
  versions: SchemaVersion[];
  onChange: (version: string | null) => void;
}

const Chooser = ({ label, value, versions, onChange }: ChooserProps) => (
  <Select
    size="xs"
    w={190}
    aria-label={label}
    placeholder="compare with…"
    clearable={label !== "Version"}
    value={value || null}
    onChange={onChange}
    data={versions.map(({ version, at }) => ({ value: version, label: at ? `${version}, ${ago(at)}` : version }))}
  />
);

const FIELDS: Column<Labelled>[] = [
  {
    key: "path",
    title: "Field",
    value: ({ path }) => path,
    render: ({ path, description, required }) => (
      <div>
        <Text size="sm" ff="monospace" className="break">
          {path}
          {required && (
            <Text span c="dimmed" size="xs">
              {" "}
              required
            </Text>
          )}
        </Text>
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      </div>
    ),
  },
  {
    key: "type",
    title: "Type",
    value: ({ type }) => type,
    render: ({ type }) => (
      <Text size="sm" className="break">
        {type}
      </Text>
    ),
  },
  {
    key: "classification",
    title: "Classification",
    value: ({ classification }) => classification,
    render: ({ classification }) => classification,
  },
  {
    key: "pii",
    title: "Leads to a person",
    value: ({ pii }) => pii,
    render: ({ pii }) =>
      pii === "direct" || pii === "indirect" ? (
        <Badge color="grape">{pii}</Badge>
      ) : pii === "none" ? (
        "no"
      ) : (
        <Text size="sm" c="dimmed">
          searched
        </Text>
      ),
  },
];
