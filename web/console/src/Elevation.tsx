import { useMe } from "@companyos/kit";
import { Badge, Tooltip } from "@mantine/core";
import { IconShieldBolt } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

/** How long the person may still do what they usually may not; nothing when they are not elevated. */
export function Elevation() {
  const ends = useMe().elevation_ends_at;
  const queries = useQueryClient();
  const [now, setNow] = useState(() => Date.now());
  const left = ends === null ? 0 : Math.max(0, Math.ceil((Date.parse(ends) - now) / 1000));

  useEffect(() => {
    if (ends === null) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ends]);
  useEffect(() => {
    if (ends !== null && left === 0) void queries.invalidateQueries();
  }, [ends, left, queries]);

  if (left === 0) return null;
  return (
    <Tooltip label="You proved that it is you: risky acts go through until this runs out">
      <Badge size="lg" h={26} color="yellow" leftSection={<IconShieldBolt size={14} />} className="num" role="timer">
        {`Elevated ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`}
      </Badge>
    </Tooltip>
  );
}
