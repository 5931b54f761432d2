/** Times as people share them: `now-6h`, `now`, or an RFC 3339 instant. */
export interface Range {
  from: string;
  to: string;
}

export const DEFAULT_RANGE: Range = { from: "now-6h", to: "now" };
export const PRESETS = ["1h", "6h", "24h", "7d", "30d"] as const;

const UNITS: Record<string, number> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 7 * 86400e3 };

/** Milliseconds of `now`, `now-90m` or an instant; undefined when the text is none of these. */
export function instant(text: string, now: number = Date.now()): number | undefined {
  const relative = /^now(?:-(\d{1,6})([smhdw]))?$/.exec(text);
  if (relative) return now - Number(relative[1] ?? 0) * (UNITS[relative[2] ?? "s"] ?? 0);
  const absolute = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(absolute) ? undefined : absolute;
}

/** A range with both ends known and in order; anything else falls back to the last six hours. */
export function readRange(from: string | undefined, to: string | undefined): Range {
  const range = { from: from ?? DEFAULT_RANGE.from, to: to ?? DEFAULT_RANGE.to };
  const [start, end] = [instant(range.from), instant(range.to)];
  return start !== undefined && end !== undefined && start < end ? range : DEFAULT_RANGE;
}

export interface Window {
  from: string;
  to: string;
  /** Seconds per point that give about 90 points. */
  step: number;
}

const STEPS = [60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];

/** The range as the API takes it: instants, and a step that fits the length. */
export function windowOf(range: Range, now: number = Date.now()): Window {
  const [from, to] = [instant(range.from, now) ?? now - 6 * 3600e3, instant(range.to, now) ?? now];
  const wanted = (to - from) / 1000 / 90;
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    step: STEPS.find((step) => step >= wanted) ?? 86400,
  };
}

/** "last 6h", or the two instants of a fixed range. */
export function rangeLabel({ from, to }: Range): string {
  if (to === "now" && from.startsWith("now-")) return `last ${from.slice(4)}`;
  return `${clock(from)} – ${clock(to)}`;
}

const clock = (text: string) => (text.startsWith("now") ? text : stamp(text));

/** "22 Nov 14:05", in the reader's zone. */
export const stamp = (at: string | number) =>
  new Date(at).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** "14:05:09.123", for log lines. */
export const precise = (at: string | number) =>
  new Date(at).toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
  });

/** "now", "3m ago", "2h ago", "5d ago", then the date. */
export function ago(at: string | number, now: number = Date.now()): string {
  const seconds = Math.round((now - new Date(at).getTime()) / 1000);
  if (seconds < 0) return `in ${duration(-seconds * 1000)}`;
  if (seconds < 10) return "now";
  if (seconds < 30 * 86400) return `${duration(seconds * 1000)} ago`;
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** The largest unit that reads well: "45s", "3m", "2h", "5d". */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 1) return `${milliseconds < 10 ? Number(milliseconds.toFixed(1)) : Math.round(milliseconds)} ms`;
  if (seconds < 60) return `${Math.round(seconds)}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86400)}d`;
}
