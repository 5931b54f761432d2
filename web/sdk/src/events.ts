import { type Context, contextKey } from "./context";
import { uuidv7 } from "./idempotency";
import type { Told } from "./told";

/** One event on its way. Its id is made once, so that sending it again adds nothing. */
export interface OwnEvent {
  [field: string]: unknown;
  id: string;
  event: string;
  at: string;
  feature?: string;
  session_id: string;
  device: string;
  props: object;
}

/** Sends a batch in a context; rejects when it was not taken in. `leaving`: the page may be gone before the answer. */
export type SendEvents = (events: OwnEvent[], context: Context, leaving: boolean) => Promise<unknown>;

export interface EventsOptions {
  send: SendEvents;
  context: () => Context;
  now?: () => number;
}

/** A batch leaves when this many wait, or this many milliseconds after its first. */
const BATCH = 20;
const GATHER = 5_000;
/** What waits beyond this is not told: the server has been away for long. */
const MOST = 500;
const SHORTEST = 2_000;
const LONGEST = 60_000;
/** After such a silence somebody came again. */
const IDLE = 30 * 60_000;

interface Waiting {
  context: Context;
  event: OwnEvent;
}

/**
 * Tells what a person does, in batches, once they agreed and not before: without `allow` nothing is kept or sent, and
 * with the consent goes what waits. What was not taken in is sent again with the same ids.
 */
export class Events {
  readonly #allowed = new Set<string>();
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;
  #pause = SHORTEST;
  #visit = { id: "", last: 0 };

  constructor(private readonly options: EventsOptions) {
    if (typeof document === "undefined") return;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.flush(true);
    });
  }

  /** The person's choice in one context. */
  allow(context: Context, given: boolean): void {
    const key = contextKey(context);
    if (given) this.#allowed.add(key);
    else this.#allowed.delete(key);
    this.#waiting = this.#waiting.filter((one) => this.#allowed.has(contextKey(one.context)));
  }

  /** Whether the person agreed, in the context of the moment. */
  get allowed(): boolean {
    return this.#allowed.has(contextKey(this.options.context()));
  }

  /** Tell something, if the person agreed. `feature` is the part of the product that it belongs to. */
  tell<Name extends keyof Told>(event: Name, props: Told[Name], feature?: string): void {
    const context = this.options.context();
    if (!this.#allowed.has(contextKey(context)) || this.#waiting.length >= MOST) return;
    const now = this.#now();
    this.#waiting.push({
      context,
      event: {
        id: uuidv7(now),
        event,
        at: new Date(now).toISOString(),
        ...(feature && { feature }),
        session_id: this.#session(now),
        device: deviceOf(globalThis.innerWidth),
        props,
      },
    });
    if (this.#waiting.length >= BATCH) void this.flush();
    else this.#later(GATHER);
  }

  /** Send what waits. Never rejects: what was not taken in waits on. */
  async flush(leaving = false): Promise<void> {
    if (this.#sending && !leaving) return this.#sending;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending = this.#send(leaving).finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #send(leaving: boolean): Promise<void> {
    while (this.#waiting.length > 0) {
      const context = this.#waiting[0]?.context ?? {};
      const batch = this.#waiting.filter((one) => contextKey(one.context) === contextKey(context)).slice(0, BATCH);
      const gone = new Set(batch);
      this.#waiting = this.#waiting.filter((one) => !gone.has(one));
      try {
        await this.options.send(
          batch.map(({ event }) => event),
          context,
          leaving,
        );
        this.#pause = SHORTEST;
      } catch (error) {
        if (!isPassing(error)) continue; // it would be refused again
        this.#waiting = [...batch, ...this.#waiting].filter((one) => this.#allowed.has(contextKey(one.context)));
        this.#later(this.#pause);
        this.#pause = Math.min(this.#pause * 2, LONGEST);
        return;
      }
    }
  }

  #later(milliseconds: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), milliseconds);
  }

  /** The visit that goes on; another one begins after a silence. */
  #session(now: number): string {
    if (now - this.#visit.last > IDLE) this.#visit = { id: uuidv7(now), last: now };
    this.#visit.last = now;
    return this.#visit.id;
  }

  #now(): number {
    return this.options.now?.() ?? Date.now();
  }
}

/** No server answered, or one that was too busy: the same batch may be taken in later. */
function isPassing(error: unknown): boolean {
  const status = typeof error === "object" && error !== null && "status" in error ? error.status : undefined;
  return typeof status === "number" && (status === 0 || status === 429 || status >= 500);
}

const deviceOf = (width = 0) => (width === 0 || width >= 1024 ? "desktop" : width >= 640 ? "tablet" : "phone");
