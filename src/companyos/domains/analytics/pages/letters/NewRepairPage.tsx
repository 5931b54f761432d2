import {
  Act,
  Failure,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
  useSetWords,
  useWord,
  useWords,
} from "@companyos/kit";
import { Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { FILTERS } from "./DeadLettersPage";
import { Letter } from "./Letter";
import { Operations } from "./Operations";
import { Trial } from "./Trial";
import { readDrafts, whole, writeDrafts } from "./operations";

const TYPING = 350;

/** Write a repair and see at once what it would do to the letters that wait. Nothing is written until it is proposed. */
export default function NewRepairPage() {
  const head = (
    <PageHead
      up={{ to: "/analytics/repairs", title: "Repairs" }}
      title="New repair"
      sub="Small steps that mend refused events, tried on the letters that wait as you write"
    />
  );
  return (
    <Stack gap="md">
      <Permitted action="analytics:dead_letter.read" what="refused events" head={head}>
        <Permitted action="analytics:repair.propose" what="how repairs are written" head={head}>
          {head}
          <Writing />
        </Permitted>
      </Permitted>
    </Stack>
  );
}

function Writing() {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const navigate = useNavigate();
  const given = useWords();
  const set = useSetWords();
  const [steps, setSteps] = useWord("steps");
  const [read, setRead] = useWord("read");
  const [title, setTitle] = useState("");
  const [drafts, setDrafts] = useState(() => readDrafts(steps));
  const [settled] = useDebouncedValue(writeDrafts(drafts), TYPING);
  useEffect(() => setSteps(settled), [settled, setSteps]);

  const selection = Object.fromEntries(FILTERS.map((name) => [name, given[name] ?? ""]));
  const operations = whole(readDrafts(settled));
  const trial = useLoad(["repairs", "trial", selection, settled], (known, options) =>
    known.repairs.try({ selection, operations }, options),
  );
  const propose = useMutation({
    mutationFn: () => api.repairs.propose({ title: title.trim(), selection, operations }, { context }),
    onSuccess: ({ id }) => void navigate({ to: `/analytics/repairs/${id}` }),
  });
  const hindrance =
    title.trim().length < 3
      ? "Say in a few words what it mends."
      : trial.data?.recovered === 0
        ? "It recovers nothing yet: write a step, or let the schema grow."
        : undefined;
  return (
    <Stack gap="md">
      <Panel title="Which letters" sub="all that wait and fit; leave a field empty to ask for nothing" pad>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
          {FILTERS.map((name) => (
            <TextInput
              key={name}
              label={LABELS[name]}
              value={given[name] ?? ""}
              onChange={(event) => set({ [name]: event.currentTarget.value || undefined })}
            />
          ))}
        </SimpleGrid>
      </Panel>
      <Panel title="What is done to each" sub="in this order; consent, purpose and people cannot be touched" pad>
        <Operations drafts={drafts} onChange={setDrafts} />
      </Panel>
      <Panel title="Propose it" sub="replaying it takes a second factor and leaves an evidence pack" pad>
        {propose.error && <Failure error={propose.error} />}
        <Group align="flex-end" gap="sm">
          <TextInput
            label="What it mends"
            placeholder="amount was misspelt"
            flex="1 1 260px"
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <Act
            action="analytics:repair.propose"
            hindrance={hindrance}
            loading={propose.isPending}
            onClick={() => propose.mutate()}
          >
            Propose it
          </Act>
        </Group>
      </Panel>
      <Loaded of={trial} loading={<Lines rows={6} />}>
        {(found) => <Trial trial={found} onRead={setRead} />}
      </Loaded>
      {read && <Letter id={read} onClose={() => setRead("")} />}
    </Stack>
  );
}

const LABELS = { producer: "Producer", event: "Event", code: "Reason", pointer: "Place" } as const;
