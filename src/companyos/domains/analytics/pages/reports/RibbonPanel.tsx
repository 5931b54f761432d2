import {
  type Band,
  Block,
  Chart,
  Empty,
  Loaded,
  Panel,
  type Series,
  count,
  plural,
  stamp,
  useLoad,
} from "@companyos/kit";
import type { Shift } from "@companyos/sdk";
import { Badge, Group, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { named, useScope } from "./scope";

const MOST_DAYS = 30; // hours of more days cannot be told apart on a screen

/** Events hour by hour in the band where they were expected; what stood out says which segment moved. */
export function RibbonPanel({ feature = "" }: { feature?: string }) {
  const { scope, zoom } = useScope();
  const asked = { ...scope, days: Math.min(scope.days, MOST_DAYS), feature };
  const ribbon = useLoad(["reports", "ribbon", asked], (api, o) => api.reports.ribbon(asked, o), { every: 300_000 });
  const { points, shifts } = ribbon.data ?? {};
  const series = useMemo((): Series[] => {
    const odd = new Set((shifts ?? []).map(({ at }) => at));
    return [
      { name: "Events", tone: "main", points: (points ?? []).map(({ at, value }) => [Date.parse(at), value]) },
      {
        name: "Stood out",
        tone: "bad",
        dots: true,
        points: (points ?? []).map(({ at, value }) => [Date.parse(at), odd.has(at) ? value : null]),
      },
    ];
  }, [points, shifts]);
  const band = useMemo((): Band => (points ?? []).map(({ at, low, high }) => [Date.parse(at), low, high]), [points]);
  return (
    <Panel title="Hour by hour" sub={shifts ? `${plural(shifts.length, "hour")} stood out of what was expected` : "…"}>
      <Loaded of={ribbon} loading={<Block height={220} />}>
        {(found) =>
          found.points.some(({ value }) => value > 0) ? (
            <Stack gap={0}>
              <Chart label="Events by hour" series={series} band={band} format={count} onZoom={zoom} height={220} />
              {found.shifts
                .toReversed()
                .slice(0, 5)
                .map((shift) => (
                  <Told key={shift.at} of={shift} />
                ))}
            </Stack>
          ) : (
            <Empty>No event was counted in these days.</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const Told = ({ of: { at, value, expected, why, segments } }: { of: Shift }) => (
  <Group gap="sm" px="md" py={8} align="baseline">
    <Text size="sm" fw={550} className="num nowrap">
      {stamp(at)}
    </Text>
    <Text size="sm" className="num nowrap">
      {count(value)} instead of {count(Math.round(expected))}
    </Text>
    <Group gap={6}>
      {segments.map(({ dimension, name, share: part }) => (
        <Badge key={`${dimension}${name}`} color={part > 0.5 ? "orange" : "gray"}>
          {dimension} {named(name)} {Math.round(part * 100)}%
        </Badge>
      ))}
    </Group>
    <Text size="xs" c="dimmed">
      {why}
    </Text>
  </Group>
);
