import { Audit, Block, DemoTag, Loaded, PageHead, Panel, roleWords, useLoad, useMe } from "@companyos/kit";
import type { Tenant } from "@companyos/sdk";
import { Badge, Button, Code, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Elevations } from "./approvals/Elevations";
import { OwnBriefly } from "./policies/Own";

export default function TenantPage() {
  const { slug = "" } = useParams({ strict: false }) as { slug?: string };
  const tenant = useLoad(["tenants", slug], (api, options) => api.tenants.get(slug, options));
  return (
    <Loaded of={tenant} what="tenant" loading={<Block height={300} />}>
      {(it) => <Shown tenant={it} />}
    </Loaded>
  );
}

function Shown({ tenant }: { tenant: Tenant }) {
  const { tenant: here, memberships } = useMe();
  const navigate = useNavigate();
  const mine = memberships.find((membership) => membership.tenant.slug === tenant.slug);
  const enter = (env: string) => void navigate({ to: "/", search: { tenant: tenant.slug, env } as never });
  return (
    <Stack gap="md">
      <PageHead
        up={{ to: "/tenants", title: "Tenants" }}
        title={tenant.name}
        badges={<DemoTag demo={tenant.demo} />}
        sub={<Code>{tenant.slug}</Code>}
      >
        {mine && here.slug !== tenant.slug && (
          <Button onClick={() => enter(mine.environments[0] ?? "")}>Work in this tenant</Button>
        )}
      </PageHead>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="Configuration" pad>
          <dl className="facts">
            <Text component="dt" size="sm" c="dimmed">
              Region
            </Text>
            <Text component="dd" size="sm" m={0}>
              {tenant.region || "not set"}
            </Text>
            <Text component="dt" size="sm" c="dimmed">
              Environments
            </Text>
            <Group component="dd" gap={4} m={0}>
              {tenant.environments.map((name) => (
                <Badge key={name} color="gray">
                  {name}
                </Badge>
              ))}
            </Group>
            <Text component="dt" size="sm" c="dimmed">
              Your roles
            </Text>
            <Text component="dd" size="sm" m={0}>
              {mine?.roles.map(roleWords).join(", ") ?? "none"}
            </Text>
          </dl>
        </Panel>
        {here.slug === tenant.slug && (
          <>
            <OwnBriefly />
            <Elevations
              title="Outstanding requests"
              name="inbox"
              query={{ state: ["requested"] }}
              empty="Nobody waits for a decision."
            />
          </>
        )}
        <Panel title="Audit" sub="what was done to this tenant">
          <Audit subject={`identity.tenant:${tenant.id}`} />
        </Panel>
      </SimpleGrid>
    </Stack>
  );
}
