import type { Api, CallOptions, Decision } from "@companyos/sdk";
import { Badge, Button, Code, FocusTrap, Group, List, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Dialog } from "./Dialog";
import { DownloadEvidence } from "./Evidence";
import { useDraft } from "./draft";
import { plural } from "./format";
import { Go } from "./Go";
import { type Asked, Failure, Reasons } from "./Reason";
import { useCompanyOS, useLoad } from "./session";
import { Lines, Loaded } from "./States";
import { tellAct, tellFailure } from "./usage";

/** What an act would do, as every preflight tells it. */
export interface Plan {
  effects: string[];
  blast_radius: { type: string; id: string; title?: string }[];
  blast_radius_more: boolean;
  evidence: string[];
  decision: Decision;
  plan_hash: string;
  undo?: string | null;
}

/** What an act answers: where it is written, when it says so. */
export interface Outcome {
  record_id?: string;
  evidence_id?: string;
  /** What the act began, such as a run. */
  id?: string;
}

export interface PreflightProps {
  /** Unique to the act: `deployments.<id>.roll_back`. The answer finds its way back here after a step-up. */
  name: string;
  title: string;
  /** What the confirming button says. */
  verb: string;
  /** What would happen; not asked for any more once it has. */
  load: (api: Api, options: CallOptions) => Promise<Plan>;
  /** Do it, for exactly this plan. Give `options` to the SDK: they carry the act through a step-up. */
  run: (plan: Plan, reason: string, options: CallOptions) => Promise<Outcome>;
  /** What to ask for when policy says no: the act, to be approved for exactly this plan. */
  ask?: Asked;
  /** The act goes without a reason: who asked for it gave one. */
  plain?: boolean;
  /** What stands beside the receipt's buttons: the way to what the act began. */
  next?: (done: Outcome) => ReactNode;
  onClose: () => void;
}

/** Before a risky act: what will happen, how far it reaches, what will be kept as evidence. After it: the receipt. */
export function Preflight({ name, title, verb, load, run, ask, plain = false, next, onClose }: PreflightProps) {
  const known = useCompanyOS();
  const { outcomes } = known;
  const queries = useQueryClient();
  const [reason, setReason, clearReason] = useDraft(name);
  // An act that went through a step-up has its answer waiting here.
  const resumed = useQuery({
    queryKey: ["outcome", name],
    queryFn: async () => (await outcomes.take<Outcome>(name)) ?? null,
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
  });
  const act = useMutation({
    mutationFn: (shown: Plan) => run(shown, reason, { resumeAs: name }),
    onError: (error) => {
      if (ask) tellFailure(known, ask.action, error);
      return queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "preflight" }); // what stands now may not be what was shown
    },
  });
  const receipt = act.data ?? resumed.data;
  const action = ask?.action;
  const failure = act.error ?? resumed.error;
  const plan = useLoad(["preflight", name], load, { enabled: !resumed.isPending && !receipt });

  useEffect(() => {
    if (!receipt) return;
    if (action) tellAct(known, action, "done");
    clearReason();
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "outcome" }); // it can be taken once
  }, [receipt, action, known, clearReason, queries]);

  return (
    <Dialog size={620} title={receipt ? `Done: ${title}` : title} onClose={onClose}>
      <FocusTrap.InitialFocus />
      {receipt ? (
        <Receipt of={receipt} next={next?.(receipt)} onClose={onClose} />
      ) : (
        <Stack gap="md">
          {failure ? <Failure error={failure} /> : null}
          <Loaded of={plan} loading={<Lines rows={6} />}>
            {(shown) => (
              <>
                <PlanView plan={shown} {...(ask && { ask })} />
                <Textarea
                  label={plain ? "A word to it" : "Why are you doing this?"}
                  description="Kept with the evidence."
                  value={reason}
                  onChange={(event) => setReason(event.currentTarget.value)}
                  required={!plain}
                  minRows={2}
                  autosize
                />
                <Group justify="flex-end" gap="xs">
                  <Button variant="default" onClick={onClose}>
                    Cancel
                  </Button>
                  <Button
                    color="red.9"
                    loading={act.isPending}
                    disabled={(!plain && reason.trim() === "") || isForbidden(shown)}
                    onClick={() => act.mutate(shown)}
                  >
                    {verb}
                  </Button>
                </Group>
              </>
            )}
          </Loaded>
        </Stack>
      )}
    </Dialog>
  );
}

const isForbidden = (plan: Plan) =>
  !plan.decision.allowed && !plan.decision.reasons.every(({ remedy }) => remedy?.kind === "step_up");

function PlanView({ plan, ask }: { plan: Plan; ask?: Asked }) {
  const { decision, effects, blast_radius: reached, blast_radius_more: more, evidence } = plan;
  const types = Object.entries(Object.groupBy(reached, ({ type }) => type));
  return (
    <>
      {isForbidden(plan) && (
        <Reasons
          title="This would be refused"
          reasons={plan.decision.reasons}
          {...(ask && { ask: { ...ask, plan_hash: plan.plan_hash } })}
        />
      )}
      {!decision.allowed && !isForbidden(plan) && (
        <Text size="sm" c="dimmed">
          You will be asked to prove that it is you before it happens.
        </Text>
      )}
      <Part title="What will happen">
        <List size="sm" spacing={4}>
          {effects.map((effect) => (
            <List.Item key={effect}>{effect}</List.Item>
          ))}
        </List>
      </Part>
      <Part
        title={
          reached.length === 0
            ? "Reaches nothing else"
            : `Could reach ${more ? "more than " : ""}${plural(reached.length, "thing")}`
        }
      >
        {reached.length > 0 && (
          <Group gap={6}>
            {types.map(([type, members = []]) => (
              <Badge key={type} color="gray">
                {plural(members.length, type.split(".").at(-1) ?? type)}
              </Badge>
            ))}
          </Group>
        )}
        <Text size="sm" c="dimmed">
          {reached
            .slice(0, 12)
            .map(({ title, id }) => title || id)
            .join(", ")}
        </Text>
      </Part>
      <Part title="Evidence that will be written">
        <List size="sm" spacing={4}>
          {evidence.map((item) => (
            <List.Item key={item}>{item}</List.Item>
          ))}
        </List>
      </Part>
      {plan.undo && (
        <Text size="sm" c="dimmed">
          How it is taken back: {plan.undo}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        Your confirmation is bound to this plan: <Code>{plan.plan_hash.slice(0, 16)}</Code>. If the plan changes, it is
        refused.
      </Text>
    </>
  );
}

const Part = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <Stack gap={6}>
    <Title order={3}>{title}</Title>
    {children}
  </Stack>
);

interface ReceiptProps {
  of: Outcome;
  next: ReactNode;
  onClose: () => void;
}

function Receipt({ of: { evidence_id, record_id }, next, onClose }: ReceiptProps) {
  return (
    <Stack gap="md">
      <Group gap="sm" wrap="nowrap">
        <IconShieldCheck size={22} className="tone-ok" />
        <Text size="sm">It is done, recorded and signed.</Text>
      </Group>
      {evidence_id && (
        <>
          <div className="facts">
            <Text size="sm" c="dimmed">
              Audit record
            </Text>
            <Code className="break">{record_id}</Code>
            <Text size="sm" c="dimmed">
              Evidence
            </Text>
            <Go to={`/evidence/${evidence_id}`} size="sm" ff="monospace" className="break">
              {evidence_id}
            </Go>
          </div>
          <Text size="sm" c="dimmed">
            Anyone can check the pack without this server: <Code>companyos evidence verify FILE</Code>
          </Text>
        </>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        {evidence_id && <DownloadEvidence id={evidence_id} />}
        {next}
      </Group>
    </Stack>
  );
}

export interface ActPreflightProps extends Omit<PreflightProps, "load"> {
  /** The Cedar action and what it is done to; without `type` and `id` the tenant. */
  action: string;
  type?: string;
  id?: string;
  input?: Record<string, unknown>;
}

/** The preflight of any action: `POST /preflights` says what it would do and what policy says to it. */
export function ActPreflight({ action, type, id, input = {}, ...rest }: ActPreflightProps) {
  const named = { ...(type && { type }), ...(id && { id }) };
  return (
    <Preflight
      ask={{ action, ...named, input }}
      {...rest}
      load={async (api, options) => {
        const { preview, decision } = await api.preflight({ action, ...named, input }, options);
        const { effects, affected, more_affected, evidence, hash, undo } = preview;
        return {
          effects,
          blast_radius: affected,
          blast_radius_more: more_affected,
          evidence,
          decision,
          plan_hash: hash,
          undo,
        };
      }}
    />
  );
}
