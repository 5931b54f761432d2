import {
  Ago,
  Actor,
  type Column,
  DataList,
  Empty,
  ExportButton,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  RangePicker,
  Status,
  SubjectLink,
  ago,
  useList,
  useRange,
  useWord,
  windowOf,
} from "@companyos/kit";
import type { Pack } from "@companyos/sdk";
import { Code, NativeSelect, Stack, Text } from "@mantine/core";
import { Filter } from "../Filter";

/** Every signed pack of the tenant: each proves one risky, elevated or carried-out act to anyone. */
export default function EvidencePage() {
  return (
    <Stack gap="md">
      <PageHead title="Evidence" sub="Signed packs, one for each risky or elevated act and for each run">
        <RangePicker />
      </PageHead>
      <Permitted action="evidence:pack.read" what="evidence packs">
        <Packs />
      </Permitted>
    </Stack>
  );
}

function Packs() {
  const [range] = useRange();
  const [actor, setActor] = useWord("actor");
  const [action, setAction] = useWord("action");
  const [subject, setSubject] = useWord("subject");
  const [outcome, setOutcome] = useWord("outcome");
  const packs = useList(["evidence", { actor, action, subject, outcome, range }], (api, cursor, options) => {
    const { from, to } = windowOf(range);
    return api.evidence.list(
      {
        actor: actor || null,
        action: action || null,
        subject: subject || null,
        outcome: outcomeOf(outcome),
        from,
        to,
        cursor: cursor ?? null,
        limit: 100,
      },
      options,
    );
  });
  const rows = packs.data ?? [];
  return (
    <Panel
      title="Packs"
      sub="newest first"
      right={
        <>
          <Filter label="Actor" value={actor} onChange={setActor} />
          <Filter label="Action" value={action} onChange={setAction} />
          <Filter label="Subject" value={subject} onChange={setSubject} />
          <NativeSelect
            size="xs"
            aria-label="Outcome"
            data={[{ value: "", label: "Any outcome" }, ...OUTCOMES]}
            value={outcome}
            onChange={(event) => setOutcome(event.currentTarget.value)}
          />
          <ExportButton name="evidence" rows={rows} columns={COLUMNS} />
        </>
      }
    >
      <Loaded of={packs} loading={<Lines rows={10} />}>
        {() =>
          rows.length > 0 ? (
            <DataList
              name="evidence"
              keyboard
              rows={rows}
              columns={COLUMNS}
              idOf={(row) => row.id}
              more={{
                has: packs.hasNextPage,
                busy: packs.isFetchingNextPage,
                load: () => void packs.fetchNextPage(),
              }}
            />
          ) : (
            <Empty>No act in this time range with this filter left a pack.</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const OUTCOMES: Pack["outcome"][] = ["done", "failed", "denied"];
const outcomeOf = (word: string) => OUTCOMES.find((outcome) => outcome === word) ?? null;

const COLUMNS: Column<Pack>[] = [
  {
    key: "title",
    title: "What",
    value: (row) => row.title,
    render: (row) => (
      <Go to={`/evidence/${row.id}`} size="sm">
        {row.title}
      </Go>
    ),
  },
  {
    key: "at",
    title: "When",
    value: (row) => row.at,
    render: (row) => <Ago at={row.at} />,
  },
  {
    key: "actor",
    title: "Who",
    value: (row) => row.actor,
    render: (row) => <Actor of={row.actor} size="sm" className="nowrap" />,
  },
  { key: "action", title: "Act", value: (row) => row.action, render: (row) => <Code>{row.action}</Code> },
  { key: "subject", title: "On", value: (row) => row.subject, render: (row) => <SubjectLink of={row.subject} /> },
  { key: "outcome", title: "Outcome", value: (row) => row.outcome, render: (row) => <Status code={row.outcome} /> },
  {
    key: "sealed",
    title: "Sealed",
    value: (row) => row.sealed_at,
    render: (row) => (
      <Text size="sm" c="dimmed" className="nowrap" title={row.sha256 ?? undefined}>
        {row.sealed_at ? ago(row.sealed_at) : "in a second"}
      </Text>
    ),
  },
];
