import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Connection, LiveEvent } from "../src/index";

/** A server that says what the test lets it say, and a browser window that tells `offline` and `online`. */
const browser = new EventTarget();
let lines: { say: (text: string) => void; signal: AbortSignal }[];
let events: LiveEvent[];
let states: Connection[];
let stop: () => void;
let heartbeat: string | undefined;

const server = {
  fetch: async ({ signal }: Request) => {
    const body = new ReadableStream<Uint8Array>({
      start(to) {
        lines.push({ say: (text) => to.enqueue(new TextEncoder().encode(text)), signal });
        signal.addEventListener("abort", () => to.error(signal.reason));
      },
    });
    return new Response(body, { headers: heartbeat ? { "CompanyOS-Heartbeat": heartbeat } : {} });
  },
};
const said = () => states.map(({ state }) => state);
const tick = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", browser.addEventListener.bind(browser));
  vi.stubGlobal("removeEventListener", browser.removeEventListener.bind(browser));
  vi.resetModules();
  [lines, events, states, heartbeat] = [[], [], [], undefined];
  const { follow } = await import("../src/live");
  stop = follow(server, "http://localhost/events", {
    onEvent: (event) => events.push(event),
    onConnection: (connection) => states.push(connection),
  });
  await tick();
});
afterEach(async () => {
  stop();
  await tick();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("heartbeats keep a quiet stream live, and events come through", async () => {
  for (let i = 0; i < 10; i++) {
    await tick(15_000);
    lines[0]?.say(": heartbeat\n\n");
  }
  lines[0]?.say('data: {"id":"1"}\n\n');
  await tick();
  expect(said()).toEqual(["connecting", "live"]);
  expect(events).toEqual([{ id: "1" }]);
});

test("a stream that falls silent is lost since it was last heard, and is opened anew", async () => {
  await tick(10_000);
  lines[0]?.say(": heartbeat\n\n");
  await tick();
  const heard = Date.now();
  await tick(34_000);
  expect(said()).toEqual(["connecting", "live"]);
  await tick(2_000);
  expect(states.slice(0, 3).at(-1)).toEqual({ state: "lost", at: heard });
  expect(lines[0]?.signal.aborted).toBe(true);
  await tick(1_000);
  expect(said()).toEqual(["connecting", "live", "lost", "live"]);
  expect(lines).toHaveLength(2);
});

test("how long silence is, follows the heartbeat that the server says it has", async () => {
  stop();
  heartbeat = "60";
  const { follow } = await import("../src/live");
  states = [];
  stop = follow(server, "http://localhost/events", { onEvent: () => {}, onConnection: (now) => states.push(now) });
  await tick(120_000);
  expect(said()).toEqual(["connecting", "live"]);
  await tick(6_000);
  expect(said().slice(0, 3)).toEqual(["connecting", "live", "lost"]);
});

test("offline is lost at once; online does not wait for the next try", async () => {
  browser.dispatchEvent(new Event("offline"));
  await tick();
  expect(said()).toEqual(["connecting", "live", "lost"]);
  browser.dispatchEvent(new Event("online"));
  await tick();
  expect(said()).toEqual(["connecting", "live", "lost", "live"]);
});

test("a stopped stream tries no more and says no more", async () => {
  stop();
  await tick(120_000);
  expect(said()).toEqual(["connecting", "live"]);
  expect(lines).toHaveLength(1);
});
