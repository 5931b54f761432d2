import { type Column, DataList, Diff, Panel, Stat, plural, share, words } from "@companyos/kit";
import type { RepairTrial } from "@companyos/sdk";
import { Badge, Group, SimpleGrid, Stack, Text, UnstyledButton } from "@mantine/core";
import { pretty } from "./Letter";

type Failing = RepairTrial["failing"][number];

/** What a repair would do to the real letters: how many it recovers, what still fails, and a few before and after. */
export function Trial({ trial, onRead }: { trial: RepairTrial; onRead: (letter: string) => void }) {
  const { letters, recovered, repeated, more, failing, samples } = trial;
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Stat
          label="Recovers"
          value={`${recovered.toLocaleString("en")} of ${letters.toLocaleString("en")}`}
          note={letters > 0 ? share(recovered / letters) : "no letter waits"}
          tone={recovered > 0 ? "ok" : "idle"}
        />
        <Stat label="There already" value={repeated.toLocaleString("en")} note="kept once" />
        <Stat
          label="Would still be refused"
          value={(letters - recovered).toLocaleString("en")}
          {...(more && { note: "there are more letters than one repair takes" })}
        />
      </SimpleGrid>
      {failing.length > 0 && (
        <Panel title="What still fails" sub="most letters first">
          <DataList
            name="failing"
            rows={failing}
            columns={columnsFor(onRead)}
            idOf={({ code, pointer }) => `${code} ${pointer}`}
          />
        </Panel>
      )}
      {samples.length > 0 && (
        <Panel title="A few of them" sub={`${plural(samples.length, "letter")}, as kept and as sent again`} pad>
          <Stack gap="md">
            {samples.map(({ letter, before, after, code, sentence }, i) => (
              <Stack key={letter} gap={6}>
                <Group gap="xs">
                  <Badge color={code ? "red" : "indigo"}>{code ? words(code) : "would be accepted"}</Badge>
                  <Text size="sm" c="dimmed" className="break">
                    {sentence}
                  </Text>
                </Group>
                {after && (
                  <Diff before={pretty(before)} after={pretty(after)} label={`Before and after, sample ${i + 1}`} />
                )}
              </Stack>
            ))}
          </Stack>
        </Panel>
      )}
    </Stack>
  );
}

const columnsFor = (onRead: (letter: string) => void): Column<Failing>[] => [
  {
    key: "sentence",
    title: "Why",
    value: ({ sentence }) => sentence,
    render: ({ sentence, fix, letter }) => (
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
  { key: "code", title: "Reason", value: ({ code }) => code, render: ({ code }) => words(code) },
  {
    key: "pointer",
    title: "Place",
    value: ({ pointer }) => pointer,
    render: ({ pointer }) => <Text className="break">{pointer}</Text>,
  },
  {
    key: "letters",
    title: "Letters",
    right: true,
    value: ({ letters }) => letters,
    render: ({ letters }) => <span className="num">{letters.toLocaleString("en")}</span>,
  },
];
