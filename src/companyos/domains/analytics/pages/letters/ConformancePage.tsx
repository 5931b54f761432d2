import {
  Ago,
  type Column,
  DataList,
  Empty,
  ExportButton,
  Go,
  Lines,
  Loaded,
  NOTHING,
  PageHead,
  Panel,
  Permitted,
  RangePicker,
  Spark,
  Stat,
  count,
  share,
  useLoad,
  useRange,
  useWord,
  windowOf,
  words,
} from "@companyos/kit";
import type { ConformanceRow } from "@companyos/sdk";
import { Badge, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { Feedbacks } from "./Feedbacks";
import { SetFeedback } from "./SetFeedback";

const EVERY = 15_000;

/** How well each producer keeps to its schemas: what was accepted and refused, why, and who is told. */
export default function ConformancePage() {
  const [told, setTold] = useWord("told");
  return (
    <Stack gap="md">
      <PageHead title="Conformance" sub="Whether events fit what their schemas promise, by who sends them">
        <RangePicker />
      </PageHead>
      <Permitted action="analytics:conformance.read" what="conformance">
        <Counts />
      </Permitted>
      <Permitted action="analytics:feedback.list" what="who is told of refused events">
        <Feedbacks onTell={() => setTold("new")} />
      </Permitted>
      {told && <SetFeedback onClose={() => setTold("")} />}
    </Stack>
  );
}

function Counts() {
  const [range] = useRange();
  const found = useLoad(
    ["conformance", range.from, range.to],
    (api, options) => {
      const { from, to } = windowOf(range);
      return api.conformance({ since: from, until: to }, options);
    },
    { every: EVERY },
  );
  return (
    <Loaded of={found} loading={<Lines rows={8} />}>
      {({ items, accepted, refused, repaired }) => (
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <Stat label="Accepted" value={count(accepted)} note="events" />
            <Stat
              label="Refused"
              value={count(refused)}
              note={accepted + refused > 0 ? `${share(refused / (accepted + refused))} of all` : "of nothing"}
              {...(refused > 0 && { tone: "bad" })}
            />
            <Stat label="Repaired" value={count(repaired)} note={<Go to="/analytics/repairs">Repairs</Go>} />
          </SimpleGrid>
          <Panel
            title="Producers and their events"
            sub="most refused first"
            right={<ExportButton name="conformance" rows={items} columns={COLUMNS} />}
          >
            {items.length > 0 ? (
              <DataList name="conformance" rows={items} columns={COLUMNS} idOf={keyOf} keyboard />
            ) : (
              <Empty command="companyos analytics generate --help">
                Nothing came in here in this time. Instrument a feature, or make events up.
              </Empty>
            )}
          </Panel>
        </Stack>
      )}
    </Loaded>
  );
}

const keyOf = ({ producer, event }: ConformanceRow) => `${producer} ${event}`;
const shareOf = ({ accepted, refused }: ConformanceRow) => refused / Math.max(accepted + refused, 1);

const COLUMNS: Column<ConformanceRow>[] = [
  {
    key: "event",
    title: "Event",
    value: ({ event }) => event,
    render: ({ event, producer }) => (
      <div>
        <Go to={event ? `/analytics/schemas/${event}` : "/analytics/dead-letters"} size="sm" className="break">
          {event || "unreadable"}
        </Go>
        <Text size="xs" c="dimmed">
          from {producer || "nobody"}
        </Text>
      </div>
    ),
  },
  {
    key: "accepted",
    title: "Accepted",
    right: true,
    value: ({ accepted }) => accepted,
    render: ({ accepted }) => <span className="num">{count(accepted)}</span>,
  },
  {
    key: "refused",
    title: "Refused",
    right: true,
    value: ({ refused }) => refused,
    render: (row) => (
      <div className={`num ${row.refused > 0 ? "tone-bad" : ""}`}>
        {count(row.refused)}
        {row.refused > 0 && (
          <Text size="xs" c="dimmed">
            {share(shareOf(row))}
          </Text>
        )}
      </div>
    ),
  },
  {
    key: "reasons",
    title: "Why",
    value: ({ reasons }) => reasons.map(({ code, refused }) => `${code} ${refused}`).join(", "),
    render: ({ reasons, producer, event }) => (
      <Group gap={6}>
        {reasons.slice(0, 4).map(({ code, refused, repaired }) => (
          <Go
            key={code}
            to="/analytics/dead-letters"
            search={{ producer, event, code, ...(repaired === refused && { state: "all" }) }}
          >
            <Badge color={repaired === refused ? "gray" : "red"}>{`${words(code)} ${count(refused)}`}</Badge>
          </Go>
        ))}
        {reasons.length === 0 && <Text c="dimmed">{NOTHING}</Text>}
      </Group>
    ),
  },
  {
    key: "trend",
    title: "Refused over time",
    width: 150,
    render: ({ refused_trend, refused }) => (
      <Spark values={refused_trend} tone={refused > 0 ? "bad" : "idle"} height={24} />
    ),
  },
  {
    key: "last",
    title: "Last refused",
    value: ({ last_refused_at }) => last_refused_at,
    render: ({ last_refused_at }) => (last_refused_at ? <Ago at={last_refused_at} /> : NOTHING),
  },
];
