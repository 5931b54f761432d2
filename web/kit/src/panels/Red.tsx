import type { RedPoint } from "@companyos/sdk";
import { SimpleGrid } from "@mantine/core";
import { useMemo } from "react";
import { Chart, type Series } from "../Chart";
import { count, millis, share } from "../format";
import { Panel } from "../Panel";
import { Block, Empty, Loaded } from "../States";
import { useLoad } from "../session";
import { type Window, rangeLabel, windowOf } from "../time";
import { useRange } from "../url";

const perSecond = (value: number) => `${count(value)}/s`;

/** Rate, errors and duration of a service over the page's time range. */
export function Red({ service }: { service: string }) {
  const [range, setRange] = useRange();
  const red = useLoad(
    ["red", service, range],
    async (api, o) => {
      const window = windowOf(range);
      const { points } = await api.telemetry.red({ service, ...window }, o);
      return { begun: points.some(({ count }) => count > 0), points: whole(points, window) };
    },
    { every: 15_000 },
  );
  const label = rangeLabel(range);
  return (
    <SimpleGrid type="container" cols={{ base: 1, "860px": 3 }} spacing="md">
      <Panel title="Rate" sub={`requests per second, ${label}`}>
        <Lines of={red} label={`Request rate of ${service}`} format={perSecond} onZoom={setRange} lines={RATE} />
      </Panel>
      <Panel title="Errors" sub={`share of requests, ${label}`}>
        <Lines
          of={red}
          label={`Error rate of ${service}`}
          format={share}
          ceiling={1}
          onZoom={setRange}
          lines={ERRORS}
        />
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

const LATE = 60_000; // milliseconds that signals may be on their way before they are counted

/** The steps that lie in the window as a whole and are over: half a step would look like a fall. */
export function whole(points: RedPoint[], { from, to, step }: Window, now: number = Date.now()): RedPoint[] {
  const [begin, end] = [Date.parse(from), Math.min(Date.parse(to), now - LATE)];
  return points.filter(({ at }) => Date.parse(at) >= begin && Date.parse(at) + step * 1000 <= end);
}

interface LinesProps {
  of: ReturnType<typeof useLoad<{ begun: boolean; points: RedPoint[] }>>;
  label: string;
  format: (value: number) => string;
  onZoom: (range: { from: string; to: string }) => void;
  lines: Line[];
  ceiling?: number;
}

function Lines({ of, lines, ...look }: LinesProps) {
  const points = of.data?.points;
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
      {({ begun, points: known }) =>
        known.some((point) => point.count > 0) ? (
          <Chart series={series} {...look} />
        ) : (
          <Empty>{begun ? "The first step is still being measured." : "No requests in this time range."}</Empty>
        )
      }
    </Loaded>
  );
}
