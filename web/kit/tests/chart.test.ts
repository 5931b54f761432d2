import { expect, test } from "vitest";
import { oneKind } from "../src/Graph";
import { whole } from "../src/panels/Red";

const point = (at: number) => ({ at: new Date(at).toISOString(), count: 1 }) as never;

test("a chart draws only steps that lie in the window as a whole and are over for a minute", () => {
  const [minute, now] = [60_000, 100 * 60_000 + 30_000];
  const points = [94, 95, 96, 97, 98, 99, 100].map((at) => point(at * minute));
  const window = { from: new Date(95 * minute - 1).toISOString(), to: new Date(now).toISOString(), step: 60 };
  expect(whole(points, window, now)).toEqual([95, 96, 97, 98].map((at) => point(at * minute)));
  const past = { ...window, to: new Date(97 * minute).toISOString() };
  expect(whole(points, past, now)).toEqual([95, 96].map((at) => point(at * minute)));
});

test("a kind that all relations share is said once", () => {
  const edge = (kind: string) => ({ from: "a", to: "b", kind });
  expect(oneKind([edge("depends_on"), edge("depends_on")])).toBe("depends on");
  expect(oneKind([edge("needs"), edge("concerns")])).toBeUndefined();
  expect(oneKind([])).toBeUndefined();
});
