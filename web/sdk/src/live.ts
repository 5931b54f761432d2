import type { Transport } from "./transport";

/** A CloudEvent 1.0 without data: that something changed on the server, not what. Ask the API again. */
export interface LiveEvent {
  specversion: "1.0";
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
}

/** `live`: events arrive. `lost`: they do not; `at` is when the server was last heard, so what is shown may be that old. */
export type Connection = { state: "connecting" | "live" | "lost"; at: number };

export interface LiveHandlers {
  onEvent: (event: LiveEvent) => void;
  onConnection: (connection: Connection) => void;
}

const SHORTEST = 1_000;
const LONGEST = 30_000;
/** Silence until the server has said how often its heart beats. */
const SILENCE = 35_000;
/** What a heartbeat may come late. */
const LATE = 5_000;

/** How long nothing may come, in ms: two heartbeats of the server's own setting, and a little more. */
function silenceOf(response: Response): number {
  const seconds = Number(response.headers.get("companyos-heartbeat"));
  return seconds > 0 ? seconds * 2_000 + LATE : SILENCE;
}

/** Follow the server-sent events of one context over fetch (an EventSource cannot carry a bearer token). Returns the stop. */
export function follow(
  transport: Pick<Transport, "fetch">,
  url: string,
  { onEvent, onConnection }: LiveHandlers,
): () => void {
  const stop = new AbortController();
  let wait = SHORTEST;
  let heard = Date.now();

  const listen = async (line: Line) => {
    const request = new Request(url, { headers: { Accept: "text/event-stream" }, signal: line.signal });
    const response = await transport.fetch(request);
    line.signal.throwIfAborted();
    line.silence = silenceOf(response);
    const onBytes = () => ((heard = Date.now()), line.alive());
    onBytes();
    onConnection({ state: "live", at: heard });
    wait = SHORTEST;
    for await (const data of messages(response, onBytes)) onEvent(JSON.parse(data) as LiveEvent);
  };

  const run = async () => {
    onConnection({ state: "connecting", at: heard });
    while (!stop.signal.aborted) {
      const line = new Line(stop.signal);
      const failure = await Promise.race([listen(line), line.broken]).then(
        () => undefined,
        (error: unknown) => error,
      );
      line.close();
      if (stop.signal.aborted) return;
      onConnection({ state: "lost", at: heard });
      if (failure instanceof Error && failure.name === "SignedOut") return;
      await pause(wait * (0.5 + Math.random() / 2), stop.signal);
      wait = Math.min(wait * 2, LONGEST);
    }
  };
  void run();
  return () => stop.abort();
}

/** One connection under watch: it breaks when the network goes, when nothing comes for `silence` ms, or when it is stopped. */
class Line {
  readonly #over = new AbortController();
  readonly signal = this.#over.signal;
  readonly broken: Promise<never>;
  silence = SILENCE;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly stop: AbortSignal) {
    this.broken = new Promise((_, reject) => {
      this.signal.addEventListener("abort", () => reject(this.signal.reason as Error), { once: true });
    });
    stop.addEventListener("abort", this.close, { once: true });
    network?.addEventListener("offline", this.close);
    this.alive();
  }

  /** Something came: the silence begins anew. */
  alive(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(this.close, this.silence);
  }

  readonly close = (): void => {
    clearTimeout(this.#watch);
    this.stop.removeEventListener("abort", this.close);
    network?.removeEventListener("offline", this.close);
    this.#over.abort();
  };
}

/** Who tells `offline` and `online`: the browser's window; elsewhere nobody does. */
const network = typeof globalThis.addEventListener === "function" ? globalThis : undefined;

/** The data of each message of an event stream (WHATWG HTML, 9.2.6); comments and messages without data are skipped. */
export async function* messages(response: Response, onBytes?: () => void): AsyncGenerator<string> {
  if (!response.body) return;
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    onBytes?.();
    const blocks = (rest + chunk).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n").filter((line) => line.startsWith("data:"));
      if (lines.length > 0) yield lines.map((line) => line.slice(5).replace(/^ /, "")).join("\n");
    }
  }
}

/** Wait, but no longer than until the network is back. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", go);
      network?.removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, milliseconds);
    signal.addEventListener("abort", go);
    network?.addEventListener("online", go);
  });
}
