import {
  Act,
  ActPreflight,
  Actor,
  Audit,
  Block,
  Failure,
  Go,
  Loaded,
  PageHead,
  Panel,
  ago,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { PolicyProposalDetail } from "@companyos/sdk";
import { Code, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Compared } from "./Compared";
import { Simulation } from "./Simulation";

const TONES = { open: "warn", applied: "ok", withdrawn: "idle" } as const;

export default function ProposalPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const proposal = useLoad(["policies", "proposals", id], (api, options) => api.policies.proposal(id, options));
  return (
    <Loaded of={proposal} what="proposal" loading={<Block height={400} />}>
      {(it) => <Shown proposal={it} />}
    </Loaded>
  );
}

/** One proposal: what it changes, what that would have changed, and the way to its application. */
function Shown({ proposal }: { proposal: PolicyProposalDetail }) {
  const { id, why, state, after, restores, author, at, hash, applied_as } = proposal;
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const queries = useQueryClient();
  const [doing, setDoing] = useWord("do");
  const withdraw = useMutation({
    mutationFn: () => api.policies.withdraw(id, { context }),
    onSettled: () => queries.invalidateQueries(),
  });
  const about = { type: "policy.proposal", id };
  const over = state === "open" ? undefined : `It is ${state} already.`;
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/policies", title: "Policies" }}
        title={why}
        tone={TONES[state]}
        badges={
          <Text size="sm" className={`tone-${TONES[state]}`}>
            {state}
          </Text>
        }
        sub={
          <>
            <Actor of={author} /> · {ago(at)} ·{" "}
            {restores === null ? `after version ${after}` : `back to version ${restores}`}
            {" · plan "}
            <Code>{hash.slice(0, 12)}</Code>
          </>
        }
      >
        <Act
          action="policy:set.withdraw"
          {...about}
          variant="default"
          hindrance={over}
          loading={withdraw.isPending}
          onClick={() => withdraw.mutate()}
        >
          Withdraw
        </Act>
        <Act action="policy:set.apply" {...about} color="red.9" hindrance={over} onClick={() => setDoing("apply")}>
          Apply
        </Act>
      </PageHead>
      {withdraw.error && <Failure error={withdraw.error} />}
      {applied_as !== null && (
        <Go to={`/policies/versions/${applied_as}`} size="sm">{`Applied as version ${applied_as}`}</Go>
      )}
      <Panel title="Changes" sub={proposal.changes.map(({ id: name, kind }) => `${kind} ${name}`).join(", ")}>
        <Compared diff={proposal.diff} label="What the proposal changes" />
      </Panel>
      <Simulation of={proposal.simulation} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="Audit" sub="what became of it">
          <Audit subject={`policy.proposal:${id}`} />
        </Panel>
      </SimpleGrid>
      {doing === "apply" && (
        <ActPreflight
          name={`policies.${id}.apply`}
          title={`Apply: ${why}`}
          verb="Apply"
          action="policy:set.apply"
          {...about}
          run={({ plan_hash }, reason, options) =>
            api.policies.apply(id, { reason, plan_hash }, { ...options, context })
          }
          onClose={() => setDoing("")}
        />
      )}
    </Stack>
  );
}
