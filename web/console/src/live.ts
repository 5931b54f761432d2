import type { Connection, Elevation, LiveEvent, Page } from "@companyos/sdk";
import { useCompanyOS, useContextOfUrl } from "@companyos/kit";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

/** Telemetry keeps its own pace, a preflight is the plan that was shown, outcomes are taken once. Everything else is asked again when something changed. */
const OWN_PACE = new Set(["red", "logs", "traces", "trace", "preflight"]);
const GATHER = 120; // milliseconds in which many events cause one refresh

const ENDED = /^companyos\.identity\.elevation\.(revoked|voided|expired|used)\./;

/** What somebody was granted goes from the screen with the news that it ended, before anything is asked again. */
function endHeld(queries: QueryClient, { type, subject }: LiveEvent): void {
  if (!ENDED.test(type)) return;
  queries.setQueriesData<Page<Elevation>>(
    { predicate: ({ queryKey }) => queryKey[1] === "elevations" && queryKey[2] === "held" },
    (held) => held && { ...held, items: held.items.filter(({ id }) => id !== subject) },
  );
}

/** Follow the server's events for the context of the URL, and refresh what is on the screen. */
export function useLive(): Connection {
  const client = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>(() => ({ state: "connecting", at: Date.now() }));

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      void queries.invalidateQueries({
        predicate: ({ queryKey: [, topic], queryKey }) => queryKey[0] !== "outcome" && !OWN_PACE.has(String(topic)),
      });
    };
    const stop = client.follow({
      onEvent: (event) => {
        endHeld(queries, event);
        timer ??= setTimeout(refresh, GATHER);
      },
      onConnection: (next) => {
        setConnection((before) => (before.state === "lost" && next.state === "lost" ? before : next));
        if (next.state === "live") refresh(); // catch up with what was missed
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, context, queries]);
  return connection;
}
