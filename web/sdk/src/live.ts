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

/** `live`: events arrive. `lost`: they do not, since `at`; what is on the screen may be old. */
export type Connection = { state: "connecting" | "live" | "lost"; at: number };

export interface LiveHandlers {
  onEvent: (event: LiveEvent) => void;
  onConnection: (connection: Connection) => void;
}

const SHORTEST = 1_000;
const LONGEST = 30_000;

/** Follow the server-sent events of one context over fetch (an EventSource cannot carry a bearer token). Returns the stop. */
export function follow(transport: Transport, url: string, { onEvent, onConnection }: LiveHandlers): () => void {
  const stop = new AbortController();
  let wait = SHORTEST;

  const listen = async () => {
    const response = await transport.fetch(
      new Request(url, { headers: { Accept: "text/event-stream" }, signal: stop.signal }),
    );
    onConnection({ state: "live", at: Date.now() });
    wait = SHORTEST;
    for await (const data of messages(response)) onEvent(JSON.parse(data) as LiveEvent);
  };

  const run = async () => {
    onConnection({ state: "connecting", at: Date.now() });
    while (!stop.signal.aborted) {
      const failure = await listen().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (stop.signal.aborted) return;
      onConnection({ state: "lost", at: Date.now() });
      if (failure instanceof Error && failure.name === "SignedOut") return;
      await pause(wait * (0.5 + Math.random() / 2), stop.signal);
      wait = Math.min(wait * 2, LONGEST);
    }
  };
  void run();
  return () => stop.abort();
}

/** The data of each message of an event stream (WHATWG HTML, 9.2.6); comments and messages without data are skipped. */
export async function* messages(response: Response): AsyncGenerator<string> {
  if (!response.body) return;
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n").filter((line) => line.startsWith("data:"));
      if (lines.length > 0) yield lines.map((line) => line.slice(5).replace(/^ /, "")).join("\n");
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
