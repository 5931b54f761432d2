import { useMemo } from "react";
import type { Tone } from "./Status";

const WIDTH = 120;

/** A word-sized line (SVG, no library). Gaps in the data are gaps in the line. Decoration: the number stands beside it. */
export function Spark({
  values,
  tone = "info",
  height = 28,
}: {
  values: (number | null)[];
  tone?: Tone;
  height?: number;
}) {
  const runs = useMemo(() => segments(values, height), [values, height]);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      aria-hidden
      className={`spark ${tone}`}
    >
      {runs.map((run) => (
        <g key={run.from}>
          <polygon points={`${run.from},${height} ${run.points} ${run.to},${height}`} className="spark-area" />
          <polyline points={run.points} className="spark-line" vectorEffect="non-scaling-stroke" />
        </g>
      ))}
    </svg>
  );
}

function segments(values: (number | null)[], height: number) {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const x = (i: number) => ((i / Math.max(values.length - 1, 1)) * WIDTH).toFixed(1);
  const y = (value: number) => (height - 3 - ((value - low) / span) * (height - 6)).toFixed(1);
  const runs: { from: string; to: string; points: string }[] = [];
  let open: string[] = [];
  values.forEach((value, i) => {
    if (value !== null) open.push(`${x(i)},${y(value)}`);
    if (open.length > 0 && (value === null || i === values.length - 1)) {
      const from = open[0]?.split(",")[0] ?? "0";
      runs.push({ from, to: open.at(-1)?.split(",")[0] ?? from, points: open.join(" ") });
      open = [];
    }
  });
  return runs;
}
