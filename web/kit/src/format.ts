/** Numbers as the console writes them. "–" is said of what was not measured: never a zero that nobody counted. */
export const NOTHING = "–";

/** 0.99962 → "99.962%", 0.0002 → "0.02%": as many digits as the distance to 0 and to 100% needs. */
export function share(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const percent = value * 100;
  if (value === 1 || value === 0) return `${percent}%`;
  const digits = Math.abs(1 - value) < 0.01 ? 3 : Math.abs(value) < 0.01 ? 2 : 1;
  return `${percent.toFixed(digits).replace(/\.?0+$/, "")}%`;
}

/** 12400 → "12.4k". */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const [size, unit] = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ].find(([size]) => Math.abs(value) >= Number(size)) ?? [1, ""];
  const scaled = value / Number(size);
  return `${Number(scaled.toFixed(Math.abs(scaled) < 10 ? 2 : 1))}${unit}`;
}

/** 212.4 → "212 ms", 2124 → "2.12 s". */
export function millis(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** 1500000 → "1.5 MB". */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const [size, unit] = [
    [1e12, "TB"],
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ].find(([size]) => value >= Number(size)) ?? [1, "B"];
  const scaled = value / Number(size);
  return `${Number(scaled.toFixed(scaled < 10 ? 1 : 0))} ${unit}`;
}

/** "rolled_back" → "Rolled back". */
export function words(code: string): string {
  const text = code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The first of many: 1 "service", 2 "services". */
export const plural = (amount: number, one: string, many = `${one}s`) =>
  `${amount.toLocaleString("en")} ${amount === 1 ? one : many}`;

/** "platform_engineer" → "platform engineer", "sre" → "SRE": a role as people say it. */
export const roleWords = (role: string): string => (role === "sre" ? "SRE" : role.replaceAll("_", " "));
