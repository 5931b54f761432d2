import { expect, test } from "vitest";
import { summary } from "../src/Chart";
import { pageOf, readSubject } from "../src/inspect";
import { place } from "../src/panels/Waterfall";
import { toneOf } from "../src/Status";
import { parseSearch, stringifySearch } from "../src/url";

const span = (span_id: string, parent_id: string | null, at: number, duration_ms: number) => ({
  span_id,
  parent_id,
  service: "s",
  name: span_id,
  kind: "server",
  start: new Date(at).toISOString(),
  duration_ms,
  status: "ok",
  status_message: "",
  attributes: {},
  events: [],
  resource: {},
});

test("spans stand under their parents by start; one whose parent is missing stands at the root", () => {
  const rows = place([
    span("late", "root", 50, 10),
    span("root", null, 0, 100),
    span("early", "root", 10, 30),
    span("inner", "early", 12, 5),
    span("orphan", "gone", 90, 10),
  ]);
  expect(rows.map(({ span: { name }, depth }) => [name, depth])).toEqual([
    ["root", 0],
    ["early", 1],
    ["inner", 2],
    ["late", 1],
    ["orphan", 0],
  ]);
  expect(rows[1]).toMatchObject({ left: 0.1, width: 0.3 });
});

test("a chart says in words what it shows", () => {
  const format = (value: number) => `${value} ms`;
  expect(
    summary(
      [
        {
          name: "p95",
          tone: "main",
          points: [
            [1, 10],
            [2, 30],
            [3, 20],
            [4, null],
          ],
        },
      ],
      format,
    ),
  ).toBe("p95: latest 20 ms, highest 30 ms.");
  expect(summary([{ name: "p95", tone: "main", points: [[1, null]] }], format)).toBe("p95: no data.");
});

test("a subject is read as everyone writes it, and has a page when there is one", () => {
  expect(readSubject("operations.service:a:b")).toEqual({ type: "operations.service", id: "a:b" });
  expect(readSubject("nonsense")).toBeUndefined();
  expect(pageOf({ type: "operations.service", id: "a/b" })).toBe("/services/a%2Fb");
  expect(pageOf({ type: "policy.action", id: "x" })).toBeUndefined();
});

test("the address keeps words as they are written, and drops empty ones", () => {
  expect(parseSearch("?from=now-6h&q=1&x=true")).toEqual({ from: "now-6h", q: "1", x: "true" });
  expect(stringifySearch({ tenant: "acme", q: "", tab: undefined, inspect: "a:b" })).toBe("?tenant=acme&inspect=a%3Ab");
});

test("a state that nobody named is idle, never good or bad", () =>
  expect([toneOf("ok"), toneOf("SEV1"), toneOf("brand-new"), toneOf(null)]).toEqual(["ok", "bad", "idle", "idle"]));
