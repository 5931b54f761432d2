import { duration } from "@companyos/kit";
import type { Connection } from "@companyos/sdk";
import { Alert } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useState } from "react";

const PATIENCE = 3000; // a shorter gap is not worth a word

/** Says how old the screen is while the server cannot be heard. */
export function LiveBanner({ connection: { state, at } }: { connection: Connection }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (state !== "lost") return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [state]);
  if (state !== "lost" || now - at < PATIENCE) return null;
  return (
    <Alert color="yellow" icon={<IconPlugConnectedX size={16} />} mb="md" role="status">
      No live connection for {duration(now - at)}: what you see may be that old. Trying again by itself.
    </Alert>
  );
}
