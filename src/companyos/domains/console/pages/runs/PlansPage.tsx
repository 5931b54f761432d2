import {
  Ago,
  Act,
  type Column,
  DataList,
  Empty,
  ExportButton,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  Tag,
  useList,
  useWord,
} from "@companyos/kit";
import type { Plan } from "@companyos/sdk";
import { Stack, Text } from "@mantine/core";
import { EditPlan } from "./EditPlan";
import { RunList } from "./RunList";

/** What can be done in one go: every plan, and what goes on at the moment. */
export default function PlansPage() {
  const [dialog, setDialog] = useWord("new");
  return (
    <Stack gap="md">
      <PageHead
        title="Plans"
        sub="Steps that are shown before they are done, verified after, and taken back in reverse"
      >
        <Go to="/runs" size="sm">
          Runs
        </Go>
        <Act action="maestro:plan.put" onClick={() => setDialog("yes")}>
          Write a plan
        </Act>
      </PageHead>
      <Permitted action="maestro:plan.list" what="plans">
        <List />
        <Panel title="Going on now">
          <RunList live />
        </Panel>
      </Permitted>
      {dialog && <EditPlan onClose={() => setDialog("")} />}
    </Stack>
  );
}

function List() {
  const plans = useList(["plans"], (api, cursor, options) =>
    api.plans.list({ cursor: cursor ?? null, limit: 100 }, options),
  );
  const rows = plans.data ?? [];
  return (
    <Panel title="Plans" right={<ExportButton name="plans" rows={rows} columns={COLUMNS} />}>
      <Loaded of={plans} loading={<Lines rows={4} />}>
        {() =>
          rows.length > 0 ? (
            <DataList
              name="plans"
              keyboard
              rows={rows}
              columns={COLUMNS}
              idOf={(plan) => plan.name}
              pathOf={(plan) => `/plans/${plan.name}`}
              more={{
                has: plans.hasNextPage,
                busy: plans.isFetchingNextPage,
                load: () => void plans.fetchNextPage(),
              }}
            />
          ) : (
            <Empty command="companyos plan check plan.yaml">
              There is no plan yet. Write one here, or from a file.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const COLUMNS: Column<Plan>[] = [
  {
    key: "title",
    title: "Plan",
    value: (plan) => plan.title,
    render: (plan) => (
      <Go to={`/plans/${plan.name}`} size="sm">
        {plan.title}
      </Go>
    ),
  },
  {
    key: "name",
    title: "Name",
    value: (plan) => plan.name,
    render: (plan) => (
      <Text size="sm" c="dimmed">
        {plan.name}
      </Text>
    ),
  },
  {
    key: "approval",
    title: "Starts",
    value: (plan) => (plan.approval ? "approved" : "at once"),
    render: (plan) => (plan.approval ? <Tag tone="warn">by four eyes</Tag> : <Tag>at once</Tag>),
  },
  {
    key: "version",
    title: "Version",
    right: true,
    value: (plan) => plan.version,
    render: (plan) => <span className="num">{plan.version}</span>,
  },
  {
    key: "changed",
    title: "Changed",
    value: (plan) => plan.changed_at,
    render: (plan) => <Ago at={plan.changed_at} />,
  },
];
