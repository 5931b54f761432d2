import {
  Block,
  Empty,
  Failure,
  Loaded,
  PageHead,
  Panel,
  count,
  duration,
  share,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { Funnel } from "@companyos/sdk";
import { Autocomplete, Button, CloseButton, Group, Progress, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { ScopeBar } from "./ScopeBar";
import { useScope } from "./scope";

const GOAL = "companyos.goal_reached";
const MOST = 8;

/** How many take steps in their order. The steps are in the page's address, one after the other. */
export default function FunnelPage() {
  const { scope } = useScope();
  const { days, until, role, plan } = scope;
  const all = { days, until };
  const adoption = useLoad(["reports", "adoption", all], (api, o) => api.reports.adoption(all, o));
  const used = adoption.data?.features ?? [];
  const [best] = used.toSorted((one, other) => other.taken.conversions - one.taken.conversions);
  const [text, setText] = useWord("steps");
  const [within, setWithin] = useWord("within", "session");
  const steps = text ? text.split(",") : used[0] && best ? wayTo(used[0].feature, best.feature) : [];
  const whole = steps.filter((step) => step.trim());
  const asked = {
    steps: whole.join(","),
    days,
    until,
    role,
    plan,
    within_days: within === "session" ? null : Number(within),
  };
  const funnel = useLoad(["reports", "funnel", asked], (api, o) => api.reports.funnel(asked, o), {
    enabled: whole.length >= 2,
  });
  const put = (next: string[]) => setText(next.join(","));
  const known = used.flatMap(({ feature }) => [feature, `${feature}:${GOAL}`]);
  return (
    <Stack gap="md">
      <PageHead title="Funnels" sub="How many take steps in their order, and where they stop">
        <SegmentedControl
          size="xs"
          aria-label="Within"
          value={within}
          onChange={setWithin}
          data={[
            { value: "session", label: "One session" },
            { value: "1", label: "1 day" },
            { value: "7", label: "7 days" },
          ]}
        />
        <ScopeBar roles={adoption.data?.roles.map((one) => one.role) ?? []} />
      </PageHead>
      <Panel title="Steps" sub="a feature, or a feature and an event: search:companyos.goal_reached" pad>
        <Group gap="xs">
          {steps.map((step, at) => (
            <Autocomplete
              key={`${at}-${steps.length}`}
              size="xs"
              w={250}
              aria-label={`Step ${at + 1}`}
              defaultValue={step}
              data={[...new Set(known)]}
              onOptionSubmit={(value) => put(steps.with(at, value))}
              onBlur={(event) => event.currentTarget.value !== step && put(steps.with(at, event.currentTarget.value))}
              rightSection={
                steps.length > 2 && (
                  <CloseButton
                    size="xs"
                    aria-label={`Remove step ${at + 1}`}
                    onClick={() => put(steps.toSpliced(at, 1))}
                  />
                )
              }
            />
          ))}
          {steps.length < MOST && (
            <Button
              variant="default"
              leftSection={<IconPlus size={13} />}
              onClick={() => put([...steps, used[0]?.feature ?? `:${GOAL}`])}
            >
              Add a step
            </Button>
          )}
        </Group>
      </Panel>
      <Panel
        title="Way through"
        sub={within === "session" ? "sessions" : `people, within ${within} d of their first step`}
        pad
      >
        {adoption.error ? (
          <Failure error={adoption.error} onRetry={() => void adoption.refetch()} />
        ) : whole.length < 2 ? (
          <Empty>{adoption.isPending ? "…" : "Name two steps at least."}</Empty>
        ) : (
          <Loaded of={funnel} loading={<Block height={160} />}>
            {(found) => <Way of={found} />}
          </Loaded>
        )}
      </Panel>
    </Stack>
  );
}

const Way = ({ of }: { of: Funnel }) => (
  <Stack gap="md" component="ol" p={0} m={0}>
    {of.steps.map(({ step, reached, of_first, of_previous, median_seconds }, at) => (
      <Stack key={`${at}${step}`} gap={4} component="li" style={{ listStyle: "none" }}>
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" fw={550} className="break">
            {at + 1}. {step}
          </Text>
          <Group gap="md" wrap="nowrap">
            {at > 0 && (
              <Text size="xs" c="dimmed" className="num nowrap">
                {share(of_previous)} went on
                {median_seconds !== null && `, half within ${duration(median_seconds * 1000)}`}
              </Text>
            )}
            <Text size="sm" className="num">
              {count(reached)}
            </Text>
          </Group>
        </Group>
        <Progress value={(of_first ?? 0) * 100} size="lg" radius="sm" aria-label={`Reached step ${at + 1}, ${step}`} />
      </Stack>
    ))}
  </Stack>
);

/** From what most people use to the goal of what reaches most goals. */
function wayTo(first: string, best: string): string[] {
  return [...new Set([first, best, `${best}:${GOAL}`])];
}
