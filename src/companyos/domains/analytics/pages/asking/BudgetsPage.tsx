import {
  Act,
  Actor,
  ago,
  type Column,
  DataList,
  Empty,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  bytes,
  useLoad,
} from "@companyos/kit";
import type { Budgets, Spender, Spending } from "@companyos/sdk";
import { Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Bars } from "./Bars";
import { SetBudget } from "./SetBudget";
import "./asking.css";

/** Whose budget is being set, and what it is now. */
export interface Held {
  holder: string;
  title: string;
  spending: Spending;
}

/** What questions may read in a day, what they read, and who asked. */
export default function BudgetsPage() {
  const [setting, set] = useState<Held>();
  const budgets = useLoad(["budgets"], (api, options) => api.budgets.get(options));
  const head = <PageHead title="Budgets" sub="How much questions may read in a day, and what they read" />;
  return (
    <Permitted action="analytics:budget.read" what="budgets" head={head}>
      <Stack gap="md">
        {head}
        <Loaded of={budgets} loading={<Lines rows={10} />}>
          {(found) => <Overview of={found} onSet={set} />}
        </Loaded>
        {setting && <SetBudget held={setting} onClose={() => set(undefined)} />}
      </Stack>
    </Permitted>
  );
}

function Overview({ of: { today, each, people, days }, onSet }: { of: Budgets; onSet: (held: Held) => void }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Panel title="Yours today" sub={<Resets at={today.resets_at} />} pad>
          <Spent spending={today.person} />
        </Panel>
        <Panel
          title="The tenant’s today"
          sub={<Resets at={today.resets_at} />}
          right={
            <Set onClick={() => onSet({ holder: "tenant", title: "The tenant’s budget", spending: today.tenant })} />
          }
          pad
        >
          <Spent spending={today.tenant} />
        </Panel>
      </SimpleGrid>
      <Panel title="By day" sub="what the tenant’s questions read" pad>
        {days.length > 0 ? (
          <Bars
            label="Bytes read by day"
            bars={days.map(({ day, spent }) => ({ name: day, value: spent }))}
            format={bytes}
          />
        ) : (
          <Empty>Nobody asked anything in the last 30 days. Explore is where one asks.</Empty>
        )}
      </Panel>
      <Panel
        title="Who asked today"
        sub={`${bytes(each.limit)} a day for each${each.own ? "" : ", by default"}`}
        right={<Set onClick={() => onSet({ holder: "person", title: "Everybody’s budget", spending: each })} />}
      >
        {people.length > 0 ? (
          <DataList name="spenders" rows={people} columns={columnsFor(onSet)} idOf={({ actor }) => actor} keyboard />
        ) : (
          <Empty>Nobody to show: either nobody asked today, or this is for administrators.</Empty>
        )}
      </Panel>
    </>
  );
}

const Resets = ({ at }: { at: string }) => <>starts again {ago(at)}</>;

const Set = ({ onClick }: { onClick: () => void }) => (
  <Act action="analytics:budget.set" size="xs" variant="default" onClick={onClick}>
    Set
  </Act>
);

function Spent({ spending: { limit, spent, left, own } }: { spending: Spending }) {
  const share = limit ? Math.min(100, (spent / limit) * 100) : 100;
  const tone = share > 90 ? "red" : share > 70 ? "yellow" : "indigo";
  return (
    <Stack gap={6}>
      <Group justify="space-between" align="baseline">
        <Text fz={24} fw={600} className="num">
          {bytes(left)} left
        </Text>
        <Text size="xs" c="dimmed" className="num">
          {bytes(spent)} of {bytes(limit)}
          {own ? "" : ", by default"}
        </Text>
      </Group>
      <Progress value={share} color={tone} size="sm" aria-label={`${bytes(spent)} of ${bytes(limit)} spent`} />
    </Stack>
  );
}

const columnsFor = (onSet: (held: Held) => void): Column<Spender>[] => [
  { key: "actor", title: "Who", value: ({ actor }) => actor, render: ({ actor }) => <Actor of={actor} size="sm" /> },
  {
    key: "questions",
    title: "Questions",
    right: true,
    value: ({ questions }) => questions,
    render: ({ questions }) => <span className="num">{questions.toLocaleString("en")}</span>,
  },
  {
    key: "spent",
    title: "Read",
    right: true,
    value: ({ spending }) => spending.spent,
    render: ({ spending }) => <span className="num">{bytes(spending.spent)}</span>,
  },
  {
    key: "limit",
    title: "May read",
    right: true,
    value: ({ spending }) => spending.limit,
    render: ({ spending }) => (
      <span className="num">
        {bytes(spending.limit)}
        {spending.own && " (own)"}
      </span>
    ),
  },
  {
    key: "set",
    title: "Change",
    right: true,
    render: ({ actor, spending }) => (
      <Set onClick={() => onSet({ holder: actor, title: "This person’s budget", spending })} />
    ),
  },
];
