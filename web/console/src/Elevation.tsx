import { Go, clockOf, useLeft, useLoad, useMe } from "@companyos/kit";
import type { Elevation as Held } from "@companyos/sdk";
import { Alert, Badge, Tooltip } from "@mantine/core";
import { IconHammer, IconShieldBolt, IconShieldCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

/** How long the person may still do what they usually may not: by a fresh second factor, and by what was approved. */
export function Elevation() {
  const { elevation_ends_at } = useMe();
  const held = useLoad(
    ["elevations", "held"],
    (api, options) => api.elevations.list({ mine: true, state: ["approved"] }, options),
    { frame: true },
  );
  return (
    <>
      {held.data?.items.map((one) => (
        <Granted key={one.id} of={one} />
      ))}
      <Proved ends={elevation_ends_at} />
    </>
  );
}

function Granted({ of: { id, title, ends_at, break_glass } }: { of: Held }) {
  const left = useEnding(ends_at);
  if (left === 0) return null;
  return (
    <Tooltip label={`${title}: granted until this runs out. Extend it or give it back.`}>
      <Go to="/approvals" search={{ tab: "mine", elevation: id }}>
        <Badge
          size="lg"
          h={26}
          color={break_glass ? "red" : "orange"}
          leftSection={<IconShieldBolt size={14} />}
          className="num"
          role="timer"
        >
          {`${title} ${clockOf(left)}`}
        </Badge>
      </Go>
    </Tooltip>
  );
}

function Proved({ ends }: { ends: string | null }) {
  const left = useEnding(ends);
  if (left === 0) return null;
  return (
    <Tooltip label="You proved that it is you: risky acts go through until this runs out">
      <Badge size="lg" h={26} color="yellow" leftSection={<IconShieldCheck size={14} />} className="num" role="timer">
        {`Elevated ${clockOf(left)}`}
      </Badge>
    </Tooltip>
  );
}

/** Seconds left; what is on the screen is asked anew when they are over. */
function useEnding(ends: string | null): number {
  const queries = useQueryClient();
  const left = useLeft(ends);
  useEffect(() => {
    if (ends !== null && left === 0) void queries.invalidateQueries();
  }, [ends, left, queries]);
  return left;
}

/** Says on every page that somebody broke the glass, until it is reviewed; to those who may see it. */
export function GlassBanner() {
  const waiting = useLoad(
    ["elevations", "unreviewed"],
    (api, options) => api.elevations.list({ unreviewed: true }, options),
    { frame: true },
  );
  const others = waiting.data?.items.filter(({ mine }) => !mine) ?? [];
  if (others.length === 0) return null;
  return (
    <Alert color="red" icon={<IconHammer size={16} />} mb="md" role="status">
      {others.map(({ person }) => person).join(", ")} broke the glass.{" "}
      <Go to="/approvals" size="sm">
        Review it
      </Go>
    </Alert>
  );
}
