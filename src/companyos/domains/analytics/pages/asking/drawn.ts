import type { Series } from "@companyos/kit";
import type { Answer } from "@companyos/sdk";
import type { Bar } from "./Bars";

export type Drawing = { kind: "bars"; label: string; bars: Bar[] } | { kind: "lines"; label: string; series: Series[] };

const TONES = ["main", "second", "third"] as const;
const MOST_BARS = 20;

/** How an answer can be drawn: numbers over time as lines, one number of each thing as bars; else not at all. */
export function drawn({ columns, rows }: Answer): Drawing | undefined {
  const by = columns.findIndex(({ kind }) => kind === "time" || kind === "text");
  const numbers = columns.flatMap(({ kind }, place) => (kind === "number" ? [place] : []));
  const [first] = numbers;
  if (by < 0 || first === undefined || rows.length < 2) return undefined;
  const label = `${numbers.map((place) => columns[place]?.name).join(", ")} by ${columns[by]?.name}`;
  if (columns[by]?.kind === "time") {
    const series = numbers.slice(0, TONES.length).map((place, nth): Series => ({
      name: columns[place]?.name ?? "",
      tone: TONES[nth] ?? "main",
      area: numbers.length === 1,
      points: rows
        .map((row): [number, number | null] => [Date.parse(String(row[by])), numberOf(row[place])])
        .filter(([at]) => Number.isFinite(at))
        .toSorted(([a], [b]) => a - b),
    }));
    return { kind: "lines", label, series };
  }
  const bars = rows
    .slice(0, MOST_BARS)
    .map((row) => ({ name: String(row[by] ?? "none"), value: numberOf(row[first]) ?? 0 }));
  return bars.every(({ value }) => value >= 0) ? { kind: "bars", label, bars } : undefined;
}

const numberOf = (value: unknown) => (typeof value === "number" ? value : null);
