import type { LogLine } from "@companyos/sdk";
import { Code, Group, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { Permitted } from "../Permitted";
import { Empty, Lines, Loaded } from "../States";
import { useList } from "../session";
import { precise, stamp, windowOf } from "../time";
import { useRange, useSetWords } from "../url";

export interface LogsProps {
  service?: string;
  q?: string;
  traceId?: string;
}

/** Log lines of the page's time range, newest first; a line opens to its attributes. */
export const Logs = (props: LogsProps) => (
  <Permitted action="telemetry:log.read" what="logs">
    <Found {...props} />
  </Permitted>
);

function Found({ service, q, traceId }: LogsProps) {
  const [range] = useRange();
  const lines = useList(["logs", service, q, traceId, range], (api, cursor, o) => {
    const { from, to } = windowOf(range);
    return api.telemetry.logs({ service, q, trace_id: traceId, from, to, cursor, limit: 100 }, o);
  });
  return (
    <Loaded of={lines} loading={<Lines rows={8} height={12} />}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty>No log lines in this time range.</Empty>
        ) : (
          <ol className="logs">
            {rows.map((line, i) => (
              <Line key={`${line.at} ${i}`} line={line} />
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}

function Line({ line }: { line: LogLine }) {
  const [open, setOpen] = useState(false);
  const set = useSetWords();
  return (
    <li>
      <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} className="log">
        <time dateTime={line.at} title={stamp(line.at)}>
          {precise(line.at)}
        </time>
        <span className={`level ${levelTone(line.severity)}`}>{line.severity.toLowerCase()}</span>
        <span className="log-text">{line.body}</span>
      </UnstyledButton>
      {open && (
        <div className="log-more">
          <Code block>{JSON.stringify(line.attributes ?? {}, null, 2)}</Code>
          <Group gap="xs" mt={4}>
            <Text size="xs" c="dimmed">
              {line.service}
            </Text>
            {line.trace_id && (
              <UnstyledButton
                className="link"
                fz="xs"
                onClick={() => set({ trace: line.trace_id ?? undefined, tab: "traces" })}
              >{`Trace ${line.trace_id.slice(0, 8)}`}</UnstyledButton>
            )}
          </Group>
        </div>
      )}
    </li>
  );
}

const levelTone = (severity: string) =>
  /^(err|fatal|crit)/i.test(severity) ? "bad" : /^warn/i.test(severity) ? "warn" : "idle";
