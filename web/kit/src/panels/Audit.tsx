import type { AuditRecord } from "@companyos/sdk";
import { Button, Code, Group, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { Actor } from "../Actor";
import { Permitted } from "../Permitted";
import { Proof } from "./Proof";
import { StatusDot, toneOf } from "../Status";
import { Empty, Loaded } from "../States";
import { useList, useLoad } from "../session";
import { ago, stamp } from "../time";

/** What was done to one thing, newest first, each with its proof. */
export const Audit = ({ subject }: { subject: string }) => (
  <Permitted action="evidence:audit.read" what="the audit trail">
    <Records subject={subject} />
  </Permitted>
);

function Records({ subject }: { subject: string }) {
  const records = useList(["audit", subject], (api, cursor, o) =>
    api.audit.list({ subject, cursor: cursor ?? null, limit: 50 }, o),
  );
  return (
    <Loaded of={records}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty>Nothing has been recorded about this yet.</Empty>
        ) : (
          <ol className="rows">
            {rows.map((record) => (
              <Row key={record.id} record={record} />
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}

function Row({ record }: { record: AuditRecord }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <UnstyledButton className="row" onClick={() => setOpen(!open)} aria-expanded={open}>
        <StatusDot tone={toneOf(record.outcome)} label={record.outcome} />
        <span className="row-text">{record.action}</span>
        <Actor of={record.actor} size="xs" c="dimmed" truncate maw={180} />
        <Text size="xs" c="dimmed" className="num" title={stamp(record.at)}>
          {ago(record.at)}
        </Text>
      </UnstyledButton>
      {open && (
        <div className="log-more">
          <RecordDetail record={record} />
        </div>
      )}
    </li>
  );
}

/** One record in full, and the Merkle path that ties it to the signed checkpoint. */
export function RecordDetail({ record }: { record: AuditRecord }) {
  const [wanted, setWanted] = useState(false);
  const proof = useLoad(["audit", record.id, "proof"], (api, o) => api.audit.proof(record.id, o), { enabled: wanted });
  return (
    <div className="stack">
      <div className="facts">
        <Text size="sm" c="dimmed">
          Record
        </Text>
        <Code>{record.index === null ? "waiting for its place in the ledger" : `#${record.index}`}</Code>
        <Text size="sm" c="dimmed">
          Subject
        </Text>
        <Code className="break">{record.subject}</Code>
        <Text size="sm" c="dimmed">
          By
        </Text>
        <Actor of={record.actor} size="sm" />
        <Text size="sm" c="dimmed">
          Request
        </Text>
        <Code className="break">{record.request}</Code>
        <Text size="sm" c="dimmed">
          Hash
        </Text>
        <Code className="break">{record.hash ?? "not yet"}</Code>
      </div>
      <Code block>{JSON.stringify(record.detail, null, 2)}</Code>
      {!wanted && (
        <Group>
          <Button variant="default" onClick={() => setWanted(true)}>
            Show the proof
          </Button>
        </Group>
      )}
      {wanted && <Loaded of={proof}>{(shown) => <Proof of={shown} />}</Loaded>}
    </div>
  );
}
