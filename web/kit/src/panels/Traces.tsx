import type { TraceSummary } from "@companyos/sdk";
import { Button, Group, Text, UnstyledButton } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Permitted } from "../Permitted";
import { StatusDot } from "../Status";
import { Empty, Loaded } from "../States";
import { useList, useLoad } from "../session";
import { duration, precise, windowOf } from "../time";
import { useRange, useWord } from "../url";
import { Waterfall } from "./Waterfall";

/** Traces of the page's time range, slowest first; one opens as a waterfall. The open one is in the URL. */
export const Traces = (props: TracesProps) => (
  <Permitted action="telemetry:trace.read" what="traces">
    <Found {...props} />
  </Permitted>
);

interface TracesProps {
  service?: string;
  errors?: boolean;
}

function Found({ service, errors }: TracesProps) {
  const [range] = useRange();
  const [open, setOpen] = useWord("trace");
  const traces = useList(
    ["traces", service, errors, range],
    (api, cursor, o) => {
      const { from, to } = windowOf(range);
      return api.telemetry.traces({ service, errors, from, to, cursor, limit: 50 }, o);
    },
    { enabled: open === "" },
  );
  if (open !== "") return <OneTrace id={open} onBack={() => setOpen("")} />;
  return (
    <Loaded of={traces}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty>No traces in this time range.</Empty>
        ) : (
          <ol className="rows">
            {rows
              .toSorted((a, b) => b.duration_ms - a.duration_ms)
              .map((row) => (
                <Row key={row.trace_id} row={row} onOpen={setOpen} />
              ))}
          </ol>
        )
      }
    </Loaded>
  );
}

function Row({ row, onOpen }: { row: TraceSummary; onOpen: (id: string) => void }) {
  const tone = row.errors > 0 ? "bad" : "ok";
  return (
    <li>
      <UnstyledButton className="row" onClick={() => onOpen(row.trace_id)}>
        <StatusDot tone={tone} label={tone === "bad" ? "failed" : "succeeded"} />
        <span className="row-text">{row.name}</span>
        <Text size="xs" c="dimmed" className="num">
          {precise(row.start)}
        </Text>
        <Text size="sm" className="num" w={64} ta="right">
          {duration(row.duration_ms)}
        </Text>
      </UnstyledButton>
    </li>
  );
}

function OneTrace({ id, onBack }: { id: string; onBack: () => void }) {
  const trace = useLoad(["trace", id], (api, o) => api.telemetry.trace(id, o));
  return (
    <div>
      <Group p="sm" gap="sm">
        <Button variant="default" leftSection={<IconArrowLeft size={14} />} onClick={onBack}>
          Traces
        </Button>
        <Text size="xs" c="dimmed" ff="monospace">
          {id}
        </Text>
      </Group>
      <Loaded of={trace} what="trace">
        {({ spans }) => <Waterfall spans={spans} />}
      </Loaded>
    </div>
  );
}
