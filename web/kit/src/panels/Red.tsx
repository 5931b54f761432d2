import type { Red as Measured, RedPoint } from "@companyos/sdk";
import { SimpleGrid } from "@mantine/core";
import { useMemo } from "react";
import { Chart, type Series } from "../Chart";
import { count, millis, share } from "../format";
import { Panel } from "../Panel";
import { Block, Empty, Loaded } from "../States";
import { useLoad } from "../session";
import { rangeLabel, windowOf } from "../time";
import { useRange } from "../url";

const perSecond = (value: number) => `${count(value)}/s`;

/** Rate, errors and duration of a service over the page's time range. */
export function Red({ service }: { service: string }) {
  const [range, setRange] = useRange();
  const red = useLoad(["red", service, range], (api, o) => api.telemetry.red({ service, ...windowOf(range) }, o), {
    every: 15_000,
  });
  const label = rangeLabel(range);
  return (
    <SimpleGrid type="container" cols={{ base: 1, "860px": 3 }} spacing="md">
      <Panel title="Rate" sub={`requests per second, ${label}`}>
        <Lines of={red} label={`Request rate of ${service}`} format={perSecond} onZoom={setRange} lines={RATE} />
      </Panel>
      <Panel title="Errors" sub={`share of requests, ${label}`}>
        <Lines of={red} label={`Error rate of ${service}`} format={share} onZoom={setRange} lines={ERRORS} />
      </Panel>
      <Panel title="Duration" sub={`p50, p95, p99, ${label}`}>
        <Lines of={red} label={`Latency of ${service}`} format={millis} onZoom={setRange} lines={DURATION} />
      </Panel>
    </SimpleGrid>
  );
}

type Line = Pick<Series, "name" | "tone" | "area"> & { value: (point: RedPoint) => number | null };
const RATE: Line[] = [{ name: "Requests", tone: "main", area: true, value: (point) => point.rate }];
const ERRORS: Line[] = [
  { name: "Errors", tone: "bad", area: true, value: (point) => (point.count > 0 ? point.error_rate : null) },
];
const DURATION: Line[] = [
  { name: "p50", tone: "third", value: (point) => point.p50_ms },
  { name: "p95", tone: "second", area: true, value: (point) => point.p95_ms },
  { name: "p99", tone: "main", value: (point) => point.p99_ms },
];

interface LinesProps {
  of: ReturnType<typeof useLoad<Measured>>;
  label: string;
  format: (value: number) => string;
  onZoom: (range: { from: string; to: string }) => void;
  lines: Line[];
}

function Lines({ of, label, format, onZoom, lines }: LinesProps) {
  // The last step is still filling; half a step would look like a fall.
  const points = useMemo(() => of.data?.points.slice(0, -1), [of.data]);
  const series = useMemo(
    () =>
      lines.map(({ value, ...line }): Series => ({
        ...line,
        points: (points ?? []).map((point) => [Date.parse(point.at), value(point)]),
      })),
    [points, lines],
  );
  return (
    <Loaded of={of} loading={<Block height={190} />}>
      {({ points: known }) =>
        known.some((point) => point.count > 0) ? (
          <Chart label={label} series={series} format={format} onZoom={onZoom} />
        ) : (
          <Empty>No requests in this time range.</Empty>
        )
      }
    </Loaded>
  );
}
