import { Go, roleWords, useMe, useWord } from "@companyos/kit";
import type { Connection } from "@companyos/sdk";
import {
  ActionIcon,
  Badge,
  Burger,
  CloseButton,
  Group,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { IconChevronRight, IconMoon, IconSun } from "@tabler/icons-react";
import { useRouterState } from "@tanstack/react-router";
import { Elevation } from "./Elevation";
import { StaleBadge } from "./LiveBanner";
import { places } from "./domains";

interface ContextBarProps {
  menu: boolean;
  onMenu: () => void;
  connection: Connection;
}

/** Top: tenant › environment › (service) › room; the effective role; the elevation that is running. */
export function ContextBar({ menu, onMenu, connection }: ContextBarProps) {
  const { tenant, environment, roles } = useMe();
  const [service, setService] = useWord("service");
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const room = places.findLast(({ to }) => (to === "/" ? path === "/" : path.startsWith(to)));
  return (
    <Group h="100%" justify="space-between" wrap="nowrap">
      <Group gap="xs" wrap="nowrap" component="nav" aria-label="Context">
        <Burger opened={menu} onClick={onMenu} hiddenFrom="sm" size="sm" aria-label="Navigation" />
        <Go to="/" size="sm" c="dimmed">
          {tenant.slug}
        </Go>
        <IconChevronRight size={12} className="dimmed" aria-hidden />
        <Text size="sm" c="dimmed">
          {environment}
        </Text>
        {service && (
          <>
            <IconChevronRight size={12} className="dimmed" aria-hidden />
            <Badge
              color="indigo"
              rightSection={
                <CloseButton size={14} aria-label={`Leave service ${service}`} onClick={() => setService("")} />
              }
            >
              {service}
            </Badge>
          </>
        )}
        <IconChevronRight size={12} className="dimmed" aria-hidden />
        <Text size="sm" aria-current="page">
          {room?.title ?? "Page"}
        </Text>
      </Group>
      <Group gap={8} wrap="nowrap">
        <StaleBadge connection={connection} />
        <Elevation />
        <Tooltip label="Your effective role here">
          <Badge color="gray" visibleFrom="sm">
            {roles.map(roleWords).join(", ") || "no role"}
          </Badge>
        </Tooltip>
        <SchemeSwitch />
      </Group>
    </Group>
  );
}

function SchemeSwitch() {
  const scheme = useComputedColorScheme("dark", { getInitialValueInEffect: false });
  const { setColorScheme } = useMantineColorScheme();
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <ActionIcon aria-label={`Switch to ${other}`} onClick={() => setColorScheme(other)}>
      {scheme === "dark" ? <IconSun size={17} stroke={1.6} /> : <IconMoon size={17} stroke={1.6} />}
    </ActionIcon>
  );
}
