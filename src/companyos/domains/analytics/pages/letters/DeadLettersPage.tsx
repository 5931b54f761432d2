import {
  Act,
  Ago,
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
  Status,
  useList,
  useSetWords,
  useWord,
  useWords,
  words,
} from "@companyos/kit";
import type { DeadLetter } from "@companyos/sdk";
import { Badge, Group, SegmentedControl, Stack, Text, UnstyledButton } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Letter } from "./Letter";

const STATES = ["waiting", "repaired", "all"] as const;
export const FILTERS = ["producer", "event", "code", "pointer"] as const;

/** Events that were refused: why, from whom, and the way to mend them. */
export default function DeadLettersPage() {
  const [read, setRead] = useWord("read");
  const navigate = useNavigate();
  return (
    <Stack gap="md">
      <PageHead title="Dead letters" sub="Events that were refused, without what may not be kept">
        <Go to="/analytics/repairs" size="sm">
          Repairs
        </Go>
        <Act
          action="analytics:repair.propose"
          onClick={() => void navigate({ to: "/analytics/repairs/new", search: true } as never)}
        >
          Repair these
        </Act>
      </PageHead>
      <Permitted action="analytics:dead_letter.read" what="refused events">
        <Letters onRead={setRead} />
      </Permitted>
      {read && <Letter id={read} onClose={() => setRead("")} />}
    </Stack>
  );
}

function Letters({ onRead }: { onRead: (id: string) => void }) {
  const [state, setState] = useWord("state", "waiting");
  const given = useWords();
  const set = useSetWords();
  const which = STATES.find((one) => one === state) ?? "waiting";
  const filters = Object.fromEntries(FILTERS.flatMap((name) => (given[name] ? [[name, given[name]]] : [])));
  const letters = useList(["dead-letters", which, filters], (api, cursor, options) =>
    api.deadLetters.list({ ...filters, state: which, cursor: cursor ?? null, limit: 50 }, options),
  );
  const rows = letters.data ?? [];
  const columns = columnsFor(onRead, (word, value) => set({ [word]: value }));
  return (
    <Panel
      title="Letters"
      sub="newest first; kept for 14 days unless set otherwise"
      right={
        <>
          <SegmentedControl
            size="xs"
            aria-label="Which letters"
            value={which}
            onChange={setState}
            data={STATES.map((value) => ({ value, label: words(value) }))}
          />
          <ExportButton name="dead-letters" rows={rows} columns={columns} />
        </>
      }
    >
      {Object.keys(filters).length > 0 && (
        <Group gap="xs" p="sm">
          {Object.entries(filters).map(([name, value]) => (
            <Badge
              key={name}
              color="indigo"
              maw={320}
              rightSection={
                <button
                  type="button"
                  className="plain"
                  aria-label={`Any ${name}`}
                  onClick={() => set({ [name]: undefined })}
                >
                  ×
                </button>
              }
            >
              {`${name}: ${String(value)}`}
            </Badge>
          ))}
        </Group>
      )}
      <Loaded of={letters} loading={<Lines rows={8} />}>
        {() =>
          rows.length > 0 ? (
            <DataList
              name="dead-letters"
              keyboard
              rows={rows}
              columns={columns}
              idOf={({ letter }) => letter}
              more={{
                has: letters.hasNextPage,
                busy: letters.isFetchingNextPage,
                load: () => void letters.fetchNextPage(),
              }}
            />
          ) : (
            <Empty>
              {which === "waiting" ? "No refused event waits here." : "There is no such letter."} What producers send
              and what becomes of it is on the page Inspector.
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

const columnsFor = (
  onRead: (id: string) => void,
  only: (word: (typeof FILTERS)[number], value: string) => void,
): Column<DeadLetter>[] => [
  {
    key: "why",
    title: "Why",
    value: ({ sentence }) => sentence,
    render: ({ letter, sentence, fix }) => (
      <div>
        <UnstyledButton className="link break" fz="sm" onClick={() => onRead(letter)}>
          {sentence}
        </UnstyledButton>
        <Text size="xs" c="dimmed" className="break">
          {fix}
        </Text>
      </div>
    ),
  },
  {
    key: "code",
    width: 180,
    title: "Reason",
    value: ({ code }) => code,
    render: ({ code, pointer }) => (
      <div>
        <UnstyledButton fz="sm" className="link" onClick={() => only("code", code)}>
          {words(code)}
        </UnstyledButton>
        {pointer && (
          <UnstyledButton fz="xs" display="block" className="link break" onClick={() => only("pointer", pointer)}>
            {pointer}
          </UnstyledButton>
        )}
      </div>
    ),
  },
  {
    key: "event",
    width: 230,
    title: "Event",
    value: ({ event }) => event,
    render: ({ event }) =>
      event ? (
        <UnstyledButton fz="sm" className="link break" onClick={() => only("event", event)}>
          {event}
        </UnstyledButton>
      ) : (
        <Text c="dimmed">unreadable</Text>
      ),
  },
  {
    key: "producer",
    width: 140,
    title: "From",
    value: ({ producer }) => producer,
    render: ({ producer }) => (
      <UnstyledButton fz="sm" className="link break" onClick={() => only("producer", producer)}>
        {producer}
      </UnstyledButton>
    ),
  },
  {
    key: "outcome",
    title: "State",
    value: ({ outcome }) => outcome,
    render: ({ outcome, repair }) =>
      repair ? (
        <Go to={`/analytics/repairs/${repair}`} size="sm">
          {words(outcome)}
        </Go>
      ) : (
        <Status code={outcome} />
      ),
  },
  { key: "at", title: "Came", value: ({ at }) => at, render: ({ at }) => <Ago at={at} /> },
];
