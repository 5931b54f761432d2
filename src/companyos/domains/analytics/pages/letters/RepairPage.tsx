import {
  Act,
  ActPreflight,
  Actor,
  Failure,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Permitted,
  Stat,
  Status,
  stamp,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { RepairDetail } from "@companyos/sdk";
import { List, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Letter } from "./Letter";
import { Trial } from "./Trial";
import { told } from "./operations";

/** One repair: its steps, what it would do now, and what it did. */
export default function RepairPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  return (
    <Permitted action="analytics:repair.list" what="repairs">
      <One id={id} />
    </Permitted>
  );
}

function One({ id }: { id: string }) {
  const repair = useLoad(["repairs", id], (api, options) => api.repairs.get(id, options));
  return (
    <Loaded of={repair} what="repair" loading={<Lines rows={10} />}>
      {(found) => <Shown repair={found} />}
    </Loaded>
  );
}

function Shown({ repair }: { repair: RepairDetail }) {
  const { id, title, state, operations, selection, proposed_by, proposed_at, ended_at, evidence, trial } = repair;
  const [read, setRead] = useWord("read");
  const chosen = Object.entries(selection).filter(([name, value]) => value && name !== "since" && name !== "until");
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/analytics/repairs", title: "Repairs" }}
        title={title}
        badges={<Status code={state} />}
        sub={
          <>
            Proposed by <Actor of={proposed_by} /> {stamp(proposed_at)}
          </>
        }
      >
        <Verbs repair={repair} />
      </PageHead>
      {state !== "proposed" && (
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Stat label="Replayed" value={repair.replayed.toLocaleString("en")} tone="ok" note="new events" />
          <Stat label="There already" value={repair.repeated.toLocaleString("en")} note="kept once" />
          <Stat
            label="Refused anew"
            value={repair.refused.toLocaleString("en")}
            note={ended_at ? `ended ${stamp(ended_at)}` : "on its way"}
          />
        </SimpleGrid>
      )}
      <Panel title="Steps" sub="carried out in order" pad>
        {operations.length === 0 && (
          <Text size="sm">None: the schema has grown, and they are replayed as they are.</Text>
        )}
        <List type="ordered" size="sm" spacing={4}>
          {operations.map((one, i) => (
            <List.Item key={i} className="break">
              {told(one)}
            </List.Item>
          ))}
        </List>
        <Text size="sm" c="dimmed" mt="sm" className="break">
          {chosen.length > 0
            ? `Letters with ${chosen.map(([name, value]) => `${name} ${String(value)}`).join(", ")}`
            : "All letters that waited"}
          {selection.until && `, that came before ${stamp(selection.until)}`}.
        </Text>
        {evidence && (
          <Text size="sm" mt="sm">
            <Go to={`/evidence/${evidence}`}>Evidence of the replay</Go>
          </Text>
        )}
      </Panel>
      {trial && <Trial trial={trial} onRead={setRead} />}
      {read && <Letter id={read} onClose={() => setRead("")} />}
      {state !== "proposed" && (
        <Text size="sm">
          <Go to="/analytics/dead-letters" search={{ state: "repaired" }}>
            Letters that were repaired
          </Go>{" "}
          ·{" "}
          <Text span ff="monospace" size="xs" c="dimmed" className="break">
            {id}
          </Text>
        </Text>
      )}
    </Stack>
  );
}

function Verbs({ repair: { id, title, state } }: { repair: RepairDetail }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const navigate = useNavigate();
  const [open, setOpen] = useWord("replay");
  const discard = useMutation({
    mutationFn: () => api.repairs.discard(id, { context }),
    onSuccess: () => void navigate({ to: "/analytics/repairs" }),
  });
  const done = state === "proposed" ? undefined : "It was replayed already.";
  const on = { type: "analytics.repair", id };
  return (
    <>
      {discard.error && <Failure error={discard.error} />}
      <Act
        action="analytics:repair.discard"
        {...on}
        variant="default"
        hindrance={done}
        loading={discard.isPending}
        onClick={() => discard.mutate()}
      >
        Discard
      </Act>
      <Act action="analytics:repair.replay" {...on} hindrance={done} onClick={() => setOpen("yes")}>
        Replay
      </Act>
      {open && (
        <ActPreflight
          name={`repairs.${id}.replay`}
          title={`Replay “${title}”`}
          verb="Replay"
          action="analytics:repair.replay"
          {...on}
          run={({ plan_hash }, reason, options) =>
            api.repairs.replay(id, { reason, plan_hash }, { ...options, context })
          }
          onClose={() => setOpen("")}
        />
      )}
    </>
  );
}
