import { useMe } from "@companyos/kit";
import { Menu, Text, useMantineColorScheme } from "@mantine/core";
import {
  IconDeviceDesktop,
  IconKey,
  IconLogout,
  IconMoon,
  IconShieldCheck,
  IconSnowflake,
  IconSun,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { client } from "./client";

const SCHEMES = [
  ["light", "Light", IconSun],
  ["dark", "Dark", IconMoon],
  ["auto", "Like the system", IconDeviceDesktop],
] as const;

export function PersonMenu({ children }: { children: ReactNode }) {
  const { person } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu width={270} position="top-start" shadow="md" transitionProps={{ duration: 0 }}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Text size="xs" c="dimmed" px="sm" py={4} truncate>
          {person.email}
        </Text>
        <Menu.Divider />
        {SCHEMES.map(([scheme, title, Icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={15} />}
            onClick={() => setColorScheme(scheme)}
            fw={colorScheme === scheme ? 600 : undefined}
          >
            {title}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          component={Link as unknown as "a"}
          {...({ to: "/frozen" } as object)}
          leftSection={<IconSnowflake size={15} />}
        >
          Frozen views
        </Menu.Item>
        <Menu.Item
          component={Link as unknown as "a"}
          {...({ to: "/privacy" } as object)}
          leftSection={<IconShieldCheck size={15} />}
        >
          Privacy
        </Menu.Item>
        <Menu.Item component="a" href="/account" leftSection={<IconKey size={15} />}>
          Password, passkeys, second factor
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={15} />}
          onClick={() => void client.auth.signOut(`${location.origin}/`)}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
