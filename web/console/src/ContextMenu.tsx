import { type Tone, useMe, StatusDot } from "@companyos/kit";
import type { Me } from "@companyos/sdk";
import { Badge, Group, Menu, Text, UnstyledButton } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";

/** Production stands out: acts there are real. */
export const toneOfEnvironment = (environment: string): Tone =>
  environment.startsWith("prod") ? "bad" : environment.startsWith("stag") ? "warn" : "info";

/** Which tenant and environment the console is about. Without another membership it is a label, not a choice. */
export function ContextMenu() {
  const me = useMe();
  const navigate = useNavigate();
  const here = me.memberships.find(({ tenant }) => tenant.id === me.tenant.id);
  const choices = me.memberships.reduce((sum, { environments }) => sum + environments.length, 0);
  const go = (to: string, tenant: string, env: string) =>
    void navigate({ to, search: { tenant, env, service: undefined } as never });
  if (choices <= 1)
    return (
      <div className="context locked-context">
        <Where me={me} />
      </div>
    );
  return (
    <Menu width="target" position="bottom-start" shadow="md" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <UnstyledButton className="context" title="Switch tenant or environment">
          <Where me={me} />
          <IconSelector size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Environment</Menu.Label>
        {(here?.environments ?? []).map((name) => (
          <Menu.Item
            key={name}
            onClick={() => go(".", me.tenant.slug, name)}
            rightSection={name === me.environment ? <IconCheck size={14} /> : undefined}
          >
            {name}
          </Menu.Item>
        ))}
        {me.memberships.length > 1 && <Menu.Label>Tenant</Menu.Label>}
        {me.memberships.length > 1 &&
          me.memberships.map(({ tenant, environments }) => (
            <Menu.Item
              key={tenant.id}
              onClick={() => go("/", tenant.slug, environments[0] ?? "")}
              rightSection={tenant.id === me.tenant.id ? <IconCheck size={14} /> : undefined}
            >
              {tenant.name}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const Where = ({ me }: { me: Me }) => (
  <div className="context-text">
    <Group gap={6} wrap="nowrap">
      <StatusDot tone={toneOfEnvironment(me.environment)} />
      <Text size="sm" fw={550} truncate>
        {me.tenant.slug}
      </Text>
      <Badge size="xs" color={toneOfEnvironment(me.environment) === "bad" ? "red" : "gray"}>
        {me.environment}
      </Badge>
    </Group>
    <Text size="xs" c="dimmed" truncate>
      {me.tenant.name}
      {me.demo ? " · demo" : ""}
    </Text>
  </div>
);
