import { ActionIcon, Skeleton, Table, Tooltip } from "@mantine/core";
import { IconChartLine, IconTable } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import { NOTHING } from "./format";
import type { Range } from "./time";
import { stamp } from "./time";

const TimeCanvas = lazy(() => import("./TimeCanvas"));

export interface Series {
  name: string;
  tone: "main" | "second" | "third" | "bad";
  /** [milliseconds, value]; null is a gap. */
  points: [number, number | null][];
  area?: boolean;
  /** Dots without a line: what is marked in another series. */
  dots?: boolean;
}

/** Where values were expected: [milliseconds, low, high]; null while nothing is known. */
export type Band = [number, number | null, number | null][];

export interface ChartProps {
  /** What a listener hears before the numbers: "Latency of api-gateway". */
  label: string;
  series: Series[];
  format: (value: number) => string;
  /** Dragging across the chart asks for this range. */
  onZoom: (range: Range) => void;
  height?: number;
  band?: Band | undefined;
  /** More than this cannot be: 1 for a share. The axis ends there at the latest. */
  ceiling?: number | undefined;
}

/** Lines over time: drag to zoom, and the same numbers as a table for whoever prefers or needs it. */
export function Chart({ label, series, format, onZoom, band, ceiling, height = 190 }: ChartProps) {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="chart" aria-label={label}>
      <Tooltip label={asTable ? "Show as chart" : "Show as table"}>
        <ActionIcon
          size="sm"
          className="chart-switch"
          onClick={() => setAsTable(!asTable)}
          aria-label={asTable ? `${label}: show as chart` : `${label}: show as table`}
        >
          {asTable ? <IconChartLine size={14} /> : <IconTable size={14} />}
        </ActionIcon>
      </Tooltip>
      {asTable ? (
        <PointTable label={label} series={series} format={format} height={height} />
      ) : (
        <Suspense fallback={<Skeleton height={height} />}>
          <TimeCanvas
            summary={`${label}. ${summary(series, format)}`}
            series={series}
            format={format}
            onZoom={onZoom}
            band={band}
            ceiling={ceiling}
            height={height}
          />
        </Suspense>
      )}
    </figure>
  );
}

function PointTable({
  label,
  series,
  format,
  height,
}: Pick<ChartProps, "label" | "series" | "format"> & { height: number }) {
  const times = series[0]?.points.map(([at]) => at) ?? [];
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll" style={{ height }} tabIndex={0} role="region" aria-label={`${label}, table`}>
      <Table verticalSpacing={3} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            {series.map(({ name }) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {times
            .map((at, i) => (
              <Table.Tr key={at}>
                <Table.Td>{stamp(at)}</Table.Td>
                {series.map(({ name, points }) => (
                  <Table.Td key={name} ta="right" className="num">
                    {shown(points[i]?.[1], format)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))
            .toReversed()}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const shown = (value: number | null | undefined, format: (value: number) => string) =>
  value === null || value === undefined ? NOTHING : format(value);

/** "p95: now 212 ms, highest 320 ms." for each line. */
export function summary(series: Series[], format: (value: number) => string): string {
  const said = series.map(({ name, points }) => {
    const known = points.flatMap(([, value]) => (value === null ? [] : [value]));
    const last = known.at(-1);
    return last === undefined
      ? `${name}: no data.`
      : `${name}: latest ${format(last)}, highest ${format(Math.max(...known))}.`;
  });
  return said.join(" ");
}
