import {
  Empty,
  Excerpt,
  Lines,
  Loaded,
  PageHead,
  Panel,
  Soon,
  Tag,
  plural,
  toneOf,
  useList,
  useLoad,
  useWord,
} from "@companyos/kit";
import type { Policy } from "@companyos/sdk";
import { Code, Group, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Own } from "./Own";

/** The rules that every decision is made with, exactly as the server reads them. */
export default function PoliciesPage() {
  const [q, setQ] = useWord("q");
  const [open, setOpen] = useWord("policy");
  const policies = useList(["policies"], (api, cursor, options) =>
    api.policies.list({ cursor: cursor ?? null, limit: 200 }, options),
  );
  const version = useLoad(["policies", "version"], (api, options) => api.policies.version(options));
  const rows = (policies.data ?? []).filter((policy) => JSON.stringify(policy).toLowerCase().includes(q.toLowerCase()));
  const domains = Object.entries(Object.groupBy(rows, ({ domain }) => domain));
  return (
    <Stack gap="md">
      <PageHead
        title="Policies"
        sub={
          <>
            {policies.data ? plural(policies.data.length, "policy", "policies") : "…"} · version{" "}
            <Code>{version.data?.version.slice(0, 12) ?? "…"}</Code> · forbid wins, silence is no
          </>
        }
      >
        <TextInput
          size="xs"
          placeholder="Filter"
          aria-label="Filter policies"
          leftSection={<IconSearch size={13} />}
          value={q}
          onChange={(event) => setQ(event.currentTarget.value)}
        />
      </PageHead>
      <Own />
      <Loaded of={policies} loading={<Lines rows={10} />}>
        {() =>
          rows.length === 0 ? (
            <Empty>No policy matches this filter.</Empty>
          ) : (
            <Soon name="policies" rows={10}>
              {() => (
                <Stack gap="md">
                  {domains.map(([domain, members = []]) => (
                    <Panel key={domain} title={domain} sub={plural(members.length, "policy", "policies")}>
                      <ol className="rows">
                        {members.map((policy) => (
                          <Row
                            key={policy.id}
                            policy={policy}
                            open={open === policy.id}
                            onToggle={() => setOpen(open === policy.id ? "" : policy.id)}
                          />
                        ))}
                      </ol>
                    </Panel>
                  ))}
                </Stack>
              )}
            </Soon>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Row({ policy, open, onToggle }: { policy: Policy; open: boolean; onToggle: () => void }) {
  const { id, effect, action, reason, remedy, source, file, line } = policy;
  const actions = action.split(", ");
  return (
    <li>
      <UnstyledButton className="row" aria-expanded={open} onClick={onToggle}>
        <Tag tone={toneOf(effect)}>{effect}</Tag>
        <span className="row-text">
          <b>{id}</b>{" "}
          <Text span size="sm" c="dimmed">
            {reason}
          </Text>
        </span>
        <Code>{actions[0]}</Code>
        {actions.length > 1 && <Text size="xs" c="dimmed">{`+${actions.length - 1}`}</Text>}
      </UnstyledButton>
      {open && (
        <Stack gap="xs" px="md" pb="md">
          <Excerpt label={`Source of ${id}`}>{source}</Excerpt>
          <Group gap="lg">
            {actions.length > 1 && (
              <Text size="xs" c="dimmed">
                {action}
              </Text>
            )}
            <Text size="xs" c="dimmed">{`${file}:${line}`}</Text>
            {remedy && <Text size="xs" c="dimmed">{`Remedy: ${remedy}`}</Text>}
          </Group>
        </Stack>
      )}
    </li>
  );
}
