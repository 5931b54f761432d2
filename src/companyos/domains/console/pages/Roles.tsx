import { Lines, Loaded, Panel, useLoad } from "@companyos/kit";
import { Badge, Group, Text } from "@mantine/core";

/** The roles that people and machines can have. */
export function Roles() {
  const roles = useLoad(["roles"], (api, options) => api.people.roles(options));
  return (
    <Panel title="Roles" sub="what policies know people as">
      <Loaded of={roles} loading={<Lines rows={6} />}>
        {({ items }) => (
          <ol className="rows">
            {items.map(({ name, title }) => (
              <li key={name}>
                <Group px="md" py={8} gap="md">
                  <Text size="sm" fw={550} w={200}>
                    {title}
                  </Text>
                  <Badge color="gray">{name}</Badge>
                </Group>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Panel>
  );
}
