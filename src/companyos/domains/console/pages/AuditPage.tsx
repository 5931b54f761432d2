import {
  Ago,
  Actor,
  type Column,
  DataList,
  Dialog,
  Empty,
  ExportButton,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  RangePicker,
  RecordDetail,
  Status,
  ago,
  SubjectLink,
  useCompanyOS,
  useContextOfUrl,
  useList,
  useLoad,
  useRange,
  useWord,
  windowOf,
} from "@companyos/kit";
import type { AuditRecord } from "@companyos/sdk";
import { Button, Code, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Filter } from "./Filter";

/** Every act, in the order of the ledger, with the proof that none was changed, removed or moved. */
export default function AuditPage() {
  return (
    <Stack gap="md">
      <PageHead title="Audit trail" sub="Append-only, tamper-evident, signed within a second">
        <RangePicker />
      </PageHead>
      <Permitted action="evidence:audit.read" what="the audit trail">
        <Checkpoint />
        <Trail />
      </Permitted>
    </Stack>
  );
}

function Trail() {
  const [range] = useRange();
  const [actor, setActor] = useWord("actor");
  const [action, setAction] = useWord("action");
  const [subject, setSubject] = useWord("subject");
  const [open, setOpen] = useState<AuditRecord>();
  const records = useList(["audit", { actor, action, subject, range }], (api, cursor, options) => {
    const { from, to } = windowOf(range);
    return api.audit.list(
      {
        actor: actor || null,
        action: action || null,
        subject: subject || null,
        from,
        to,
        cursor: cursor ?? null,
        limit: 100,
      },
      options,
    );
  });
  const rows = records.data ?? [];
  const columns = columnsFor({ setActor, setAction, setOpen });
  return (
    <>
      <Panel
        title="Records"
        sub="newest first"
        right={
          <>
            <Filter label="Actor" value={actor} onChange={setActor} />
            <Filter label="Action" value={action} onChange={setAction} />
            <Filter label="Subject" value={subject} onChange={setSubject} />
            <ExportButton name="audit" rows={rows} columns={columns} />
          </>
        }
      >
        <Loaded of={records} loading={<Lines rows={10} />}>
          {() =>
            rows.length > 0 ? (
              <DataList
                name="audit"
                keyboard
                rows={rows}
                columns={columns}
                idOf={(row) => row.id}
                more={{
                  has: records.hasNextPage,
                  busy: records.isFetchingNextPage,
                  load: () => void records.fetchNextPage(),
                }}
              />
            ) : (
              <Empty>Nothing was recorded in this time range with this filter.</Empty>
            )
          }
        </Loaded>
      </Panel>
      {open && (
        <Dialog title={open.action} size={680} onClose={() => setOpen(undefined)}>
          <RecordDetail record={open} />
        </Dialog>
      )}
    </>
  );
}

function Checkpoint() {
  const checkpoint = useLoad(["audit", "checkpoint"], (api, options) => api.audit.checkpoint(options), {
    every: 10_000,
  });
  return (
    <Panel title="Signed checkpoint" sub="what an outside witness would keep" pad>
      <Loaded of={checkpoint} loading={<Lines rows={2} />}>
        {({ size, root, at }) => (
          <Group gap="xl" justify="space-between">
            <Text size="sm">
              <span className="num">{size.toLocaleString("en")}</span> records, signed {ago(at)}
            </Text>
            <Text size="sm" c="dimmed">
              root <Code className="break">{root}</Code>
            </Text>
            <Verify />
          </Group>
        )}
      </Loaded>
    </Panel>
  );
}

/** Let the server walk the whole ledger now; anyone can do the same without it by `companyos audit verify`. */
function Verify() {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const verify = useMutation({ mutationFn: () => api.audit.verify({ context }) });
  const { data: found } = verify;
  return (
    <Group gap="sm">
      {verify.error && (
        <Text size="sm" className="tone-bad" role="alert">
          {verify.error.message}
        </Text>
      )}
      {found && (
        <Text size="sm" className={found.ok ? "tone-ok" : "tone-bad"} role="status">
          {found.ok
            ? `All ${found.records.toLocaleString("en")} records are whole`
            : found.findings.map(({ sentence }) => sentence).join(" ")}
        </Text>
      )}
      <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
        Verify now
      </Button>
    </Group>
  );
}

interface Filters {
  setActor: (actor: string) => void;
  setAction: (action: string) => void;
  setOpen: (record: AuditRecord) => void;
}

const columnsFor = ({ setActor, setAction, setOpen }: Filters): Column<AuditRecord>[] => [
  {
    key: "index",
    title: "#",
    width: 80,
    value: (row) => row.index,
    render: (row) => (
      <UnstyledButton
        className="link num"
        fz="sm"
        onClick={() => setOpen(row)}
        aria-label={`Record ${row.index ?? row.id}: details and proof`}
      >
        {row.index ?? "…"}
      </UnstyledButton>
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
    render: (row) => (
      <UnstyledButton fz="sm" onClick={() => setActor(row.actor)} title={`Filter by ${row.actor}`}>
        <Actor of={row.actor} size="sm" className="nowrap" />
      </UnstyledButton>
    ),
  },
  {
    key: "action",
    title: "What",
    value: (row) => row.action,
    render: (row) => (
      <UnstyledButton onClick={() => setAction(row.action)} title={`Filter by ${row.action}`}>
        <Code>{row.action}</Code>
      </UnstyledButton>
    ),
  },
  { key: "subject", title: "On", value: (row) => row.subject, render: (row) => <SubjectLink of={row.subject} /> },
  { key: "outcome", title: "Outcome", value: (row) => row.outcome, render: (row) => <Status code={row.outcome} /> },
  {
    key: "hash",
    title: "Hash",
    value: (row) => row.hash,
    render: (row) => <Code title={row.hash ?? undefined}>{row.hash?.slice(0, 10) ?? "…"}</Code>,
  },
];
