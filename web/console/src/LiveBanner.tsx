import { duration, precise } from "@companyos/kit";
import type { Connection } from "@companyos/sdk";
import { Alert, Badge } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useState } from "react";

const PATIENCE = 3000; // a shorter gap is not worth a word

/** Milliseconds since the server was last heard; 0 while it is heard. */
function useStale({ state, at }: Connection): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (state !== "lost") return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [state]);
  return state === "lost" && now - at >= PATIENCE ? now - at : 0;
}

/** Says how old the screen is while the server cannot be heard. */
export function LiveBanner({ connection }: { connection: Connection }) {
  const age = useStale(connection);
  if (age === 0) return null;
  return (
    <Alert color="yellow" icon={<IconPlugConnectedX size={16} />} mb="md" role="status">
      No live connection for {duration(age)}: what you see is from {precise(connection.at).slice(0, 8)}. It catches up
      by itself.
    </Alert>
  );
}

/** The same in the context bar, which stays when the page scrolls. */
export function StaleBadge({ connection }: { connection: Connection }) {
  const age = useStale(connection);
  if (age === 0) return null;
  return (
    <Badge color="yellow" leftSection={<IconPlugConnectedX size={12} />}>
      Stale since {precise(connection.at).slice(0, 8)}
    </Badge>
  );
}
