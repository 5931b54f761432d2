import { expect, test } from "vitest";
import { toCsv } from "../src/csv";
import { count, millis, share } from "../src/format";
import { ago, duration, instant, readRange, windowOf } from "../src/time";

const NOW = Date.parse("2026-11-22T12:00:00Z");

test.each([
  ["now", NOW],
  ["now-6h", NOW - 6 * 3600e3],
  ["now-2w", NOW - 14 * 86400e3],
  ["2026-11-22T10:00:00Z", NOW - 2 * 3600e3],
  ["now-6", undefined],
  ["yesterday", undefined],
  ["6", undefined],
])("instant %s", (text, expected) => expect(instant(text, NOW)).toBe(expected));

test("a range that makes no sense becomes the usual one", () => {
  expect(readRange("now-1h", "now-2h")).toEqual({ from: "now-6h", to: "now" });
  expect(readRange("rubbish", undefined)).toEqual({ from: "now-6h", to: "now" });
  expect(readRange("now-24h", undefined)).toEqual({ from: "now-24h", to: "now" });
});

test("a window has at most about 90 points, whole minutes apart", () => {
  for (const from of ["now-1h", "now-6h", "now-24h", "now-7d", "now-30d"]) {
    const window = windowOf({ from, to: "now" }, NOW);
    const points = (Date.parse(window.to) - Date.parse(window.from)) / 1000 / window.step;
    expect(points).toBeLessThanOrEqual(90);
    expect(window.step % 60).toBe(0);
  }
});

test.each([
  [0.99962, "99.962%"],
  [1, "100%"],
  [0, "0%"],
  [0.0002, "0.02%"],
  [0.463, "46.3%"],
  [-0.18, "-18%"],
  [null, "–"],
])("share %s", (value, text) => expect(share(value)).toBe(text));
test.each([
  [12400, "12.4k"],
  [0.04, "0.04"],
  [3, "3"],
  [41_300_000, "41.3M"],
  [null, "–"],
])("count %s", (value, text) => expect(count(value)).toBe(text));
test.each([
  [212.4, "212 ms"],
  [2124, "2.12 s"],
  [1.26, "1.3 ms"],
  [undefined, "–"],
])("millis %s", (value, text) => expect(millis(value)).toBe(text));
test.each([
  [5, "5 ms"],
  [59_000, "59s"],
  [3_599_000, "59m"],
  [90_000_000, "1d"],
])("duration %s", (value, text) => expect(duration(value)).toBe(text));

test("ago", () => {
  expect(ago(NOW - 3000, NOW)).toBe("now");
  expect(ago(NOW - 190_000, NOW)).toBe("3m ago");
  expect(ago(NOW + 3600e3, NOW)).toBe("in 1h");
});

test("an export quotes what must be quoted and defuses formulas", () => {
  const columns = [
    { title: "a", value: (row: { a: string }) => row.a },
    { title: "n", value: () => -3 },
  ];
  const rows = [{ a: 'say "hi", twice' }, { a: "=HYPERLINK(1)" }, { a: "two\nlines" }];
  expect(toCsv(columns, rows)).toBe('a,n\r\n"say ""hi"", twice",-3\r\n\'=HYPERLINK(1),-3\r\n"two\nlines",-3\r\n');
});
