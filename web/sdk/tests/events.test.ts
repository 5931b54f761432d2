import { beforeEach, expect, test, vi } from "vitest";
import { type Context, CompanyOSError, Events, type OwnEvent } from "../src/index";

const PAGE = { path: "/services/:name" };
const HERE = { tenant: "acme", environment: "prod" };
let sent: OwnEvent[][];
let answers: (Error | undefined)[];
let context: Context;
let events: Events;

const failing = (status: number) => new CompanyOSError({ title: "no", status });

beforeEach(() => {
  vi.useFakeTimers();
  [sent, answers, context] = [[], [], HERE];
  const send = async (batch: OwnEvent[]) => {
    sent.push(batch);
    const error = answers.shift();
    if (error) throw error;
  };
  events = new Events({ send, context: () => context });
  return () => vi.useRealTimers();
});

const ids = () => sent.map((batch) => batch.map(({ id }) => id));

test("nothing is kept or leaves before somebody agreed, nor after they took it back", async () => {
  events.tell("companyos.page_viewed", PAGE);
  events.allow(HERE, true);
  await events.flush();
  expect(sent).toEqual([]);

  events.tell("companyos.page_viewed", PAGE);
  events.allow(HERE, false);
  await vi.runAllTimersAsync();
  expect(sent).toEqual([]);
});

test("consent is of one tenant and environment", async () => {
  events.allow(HERE, true);
  context = { tenant: "other", environment: "prod" };
  events.tell("companyos.page_viewed", PAGE);
  await events.flush();
  expect([sent, events.allowed]).toEqual([[], false]);
});

test("events gather, and leave in batches of one visit", async () => {
  events.allow(HERE, true);
  for (let i = 0; i < 23; i++) events.tell("companyos.page_viewed", PAGE, "services");
  await vi.advanceTimersByTimeAsync(6_000);
  expect(sent.map((batch) => batch.length)).toEqual([20, 3]);
  expect(sent[0]?.[0]).toMatchObject({ event: "companyos.page_viewed", feature: "services", props: PAGE });
  expect(new Set(sent.flat().map(({ session_id }) => session_id)).size).toBe(1);
  await vi.advanceTimersByTimeAsync(31 * 60_000);
  events.tell("companyos.page_viewed", PAGE);
  await events.flush();
  expect(new Set(sent.flat().map(({ session_id }) => session_id)).size).toBe(2);
});

test("what was not taken in comes again with the same ids; what was refused does not", async () => {
  events.allow(HERE, true);
  answers = [failing(503), failing(0)];
  events.tell("companyos.page_viewed", PAGE);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ids()).toEqual([ids()[0], ids()[0], ids()[0]]);

  answers = [failing(403)];
  events.tell("companyos.goal_reached", { goal: "plan_finished" });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(sent).toHaveLength(4);
});
