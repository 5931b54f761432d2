import {
  Ago,
  type Column,
  DataList,
  Empty,
  Go,
  Lines,
  Loaded,
  StatusDot,
  duration,
  useList,
  words,
} from "@companyos/kit";
import type { Run } from "@companyos/sdk";
import { Text } from "@mantine/core";
import { isOver, toneOfRun } from "./states";

export interface RunListProps {
  plan?: string;
  live?: boolean;
  keyboard?: boolean;
}

/** Runs in the context's environment, newest first; they move by themselves. */
export function RunList({ plan = "", live = false, keyboard = false }: RunListProps) {
  const runs = useList(["runs", { plan, live }], (api, cursor, options) =>
    api.runs.list({ plan, live, cursor: cursor ?? null, limit: 50 }, options),
  );
  const rows = runs.data ?? [];
  return (
    <Loaded of={runs} loading={<Lines rows={5} />}>
      {() =>
        rows.length > 0 ? (
          <DataList
            name="runs"
            keyboard={keyboard}
            rows={rows}
            columns={plan ? COLUMNS.filter(({ key }) => key !== "plan") : COLUMNS}
            idOf={(run) => run.id}
            pathOf={(run) => `/runs/${run.id}`}
            more={{
              has: runs.hasNextPage,
              busy: runs.isFetchingNextPage,
              load: () => void runs.fetchNextPage(),
            }}
          />
        ) : (
          <Empty {...(plan && { command: `companyos plan run ${plan}` })}>
            {live ? "Nothing runs at the moment." : plan ? "It was not run here yet." : "No plan was run here yet."}
          </Empty>
        )
      }
    </Loaded>
  );
}

const COLUMNS: Column<Run>[] = [
  {
    key: "title",
    title: "Run",
    value: (run) => run.title,
    render: (run) => (
      <Go to={`/runs/${run.id}`} size="sm">
        {run.title}
      </Go>
    ),
  },
  {
    key: "plan",
    title: "Plan",
    value: (run) => run.plan,
    render: (run) => (
      <Go to={`/plans/${run.plan}`} size="sm">
        {run.plan}
      </Go>
    ),
  },
  {
    key: "state",
    title: "State",
    value: (run) => run.state,
    render: (run) => (
      <Text size="sm" className={`tone-${toneOfRun(run.state)}`} title={run.sentence}>
        <StatusDot tone={toneOfRun(run.state)} /> {words(run.state)}
      </Text>
    ),
  },
  { key: "who", title: "Asked by", value: (run) => run.asked_name, render: (run) => run.asked_name },
  {
    key: "at",
    title: "When",
    value: (run) => run.queued_at,
    render: (run) => <Ago at={run.queued_at} />,
  },
  {
    key: "took",
    title: "Took",
    right: true,
    value: (run) => took(run),
    render: (run) => (
      <Text size="sm" className="num">
        {isOver(run.state) && took(run) !== null ? duration(took(run) ?? 0) : "…"}
      </Text>
    ),
  },
];

const took = ({ started_at, finished_at }: Run): number | null =>
  started_at && finished_at ? Date.parse(finished_at) - Date.parse(started_at) : null;
