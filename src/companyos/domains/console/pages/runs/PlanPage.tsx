import {
  Act,
  ActPreflight,
  Block,
  Empty,
  Failure,
  Go,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Tag,
  ago,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
  useSteps,
  useWord,
} from "@companyos/kit";
import type { DryRun, PlanDetail } from "@companyos/sdk";
import { Button, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { DryRunView } from "./DryRunView";
import { EditPlan } from "./EditPlan";
import { ParameterForm, useParameters } from "./Parameters";
import { PlanSource } from "./PlanSource";
import { RunList } from "./RunList";

export default function PlanPage() {
  const { name = "" } = useParams({ strict: false }) as { name?: string };
  const plan = useLoad(["plans", name], (api, options) => api.plans.get(name, options));
  useSteps("plans", `/plans/${name}`);
  return (
    <Loaded of={plan} what="plan" loading={<Block height={420} />}>
      {(it) => <Shown plan={it} />}
    </Loaded>
  );
}

function Shown({ plan }: { plan: PlanDetail }) {
  const [dialog, setDialog] = useWord("edit");
  const { name, title, description, version, approval, cron, schedules } = plan;
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/plans", title: "Plans" }}
        title={title}
        badges={
          <>
            <Tag>{`version ${version}`}</Tag>
            {approval && <Tag tone="warn">by four eyes</Tag>}
            {cron && <Tag tone={schedules.length > 0 ? "info" : "idle"}>{`schedule ${cron}`}</Tag>}
          </>
        }
        sub={description || `Changed ${ago(plan.changed_at)}`}
      >
        <Act action="maestro:plan.put" variant="default" onClick={() => setDialog("plan")}>
          Edit
        </Act>
      </PageHead>
      <TryIt plan={plan} />
      <PlanSource plan={plan} />
      <Panel title="Runs of this plan">
        <RunList plan={name} />
      </Panel>
      {dialog === "plan" && <EditPlan plan={plan} onClose={() => setDialog("")} />}
    </Stack>
  );
}

/** First look what it would do, then start exactly that. */
function TryIt({ plan }: { plan: PlanDetail }) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  const [told, tell] = useParameters(plan.parameters);
  const [starting, setStarting] = useWord("start");
  const look = useMutation({ mutationFn: () => api.plans.dryRun(plan.name, told, { context }) });
  const missing = plan.parameters.filter(({ name, required }) => required && told[name] === undefined);
  const wanting = missing.length > 0 ? `${missing[0]?.title || missing[0]?.name} is missing.` : undefined;
  const shown: DryRun | undefined = look.data;
  const start = `plans.${plan.name}.start`;
  return (
    <Panel
      title="What it would do"
      sub="a dry run changes nothing"
      right={
        <>
          <Button
            variant="default"
            loading={look.isPending}
            disabled={missing.length > 0}
            aria-description={wanting}
            onClick={() => look.mutate()}
          >
            Dry run
          </Button>
          <Act
            action="maestro:run.start"
            type="maestro.plan"
            id={plan.name}
            hindrance={wanting}
            onClick={() => setStarting("yes")}
          >
            Start…
          </Act>
        </>
      }
    >
      <Stack gap="md">
        {plan.parameters.length > 0 && (
          <div className="pad">
            <ParameterForm
              declared={plan.parameters}
              told={told}
              onTell={(name, value) => {
                look.reset();
                tell(name, value);
              }}
            />
          </div>
        )}
        {look.error && (
          <div className="pad">
            <Failure error={look.error} />
          </div>
        )}
        {look.isPending && <Lines rows={plan.steps.length + 1} />}
        {shown && <DryRunView of={shown} />}
        {!shown && !look.isPending && !look.error && (
          <Empty>
            {plan.steps.length === 1 ? "One step" : `${plan.steps.length} steps`}: {plan.steps.join(", ")}. A dry run
            tells what each would do now.
          </Empty>
        )}
      </Stack>
      {starting && (
        <ActPreflight
          name={start}
          title={`Run: ${plan.title}`}
          verb="Start the run"
          action="maestro:run.start"
          type="maestro.plan"
          id={plan.name}
          input={{ parameters: told }}
          run={({ plan_hash }, reason, options) =>
            api.plans.start(plan.name, { parameters: told, plan_hash, reason }, { ...options, context })
          }
          next={({ id }) =>
            id && (
              <Go to={`/runs/${id}`} onClick={() => setStarting("")}>
                Watch the run
              </Go>
            )
          }
          onClose={() => setStarting("")}
        />
      )}
    </Panel>
  );
}
