import { Block, Chart, Empty, Loaded, Panel, type Series, count, share, useLoad } from "@companyos/kit";
import type { ActiveDay } from "@companyos/sdk";
import { useMemo } from "react";
import { startOf, useScope } from "./scope";

/** People active each day, week and month. */
export function ActiveUse() {
  const { scope, zoom } = useScope();
  const active = useLoad(["reports", "activity", scope], (api, o) => api.reports.activity(scope, o), { every: 60_000 });
  const days = active.data?.days;
  const series = useMemo(
    () =>
      LINES.map(({ value, ...line }): Series => ({
        ...line,
        points: (days ?? []).map((day) => [startOf(day.day), value(day)]),
      })),
    [days],
  );
  const last = days?.at(-1);
  return (
    <Panel
      title="Active people"
      sub={
        last ? `${count(last.month_people)} in 30 days; ${share(last.stickiness)} of them came on the last day` : "…"
      }
    >
      <Loaded of={active} loading={<Block height={220} />}>
        {(found) =>
          found.days.some((day) => day.month_people > 0) ? (
            <Chart label="Active people" series={series} format={count} onZoom={zoom} height={220} />
          ) : (
            <Empty>Nobody was active in this time.</Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

type Line = Pick<Series, "name" | "tone" | "area"> & { value: (day: ActiveDay) => number };
const LINES: Line[] = [
  { name: "30 days", tone: "third", value: (day) => day.month_people },
  { name: "7 days", tone: "second", value: (day) => day.week_people },
  { name: "Day", tone: "main", area: true, value: (day) => day.day_people },
];
