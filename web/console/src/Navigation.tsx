import { type InsideEntry, roleWords, useLoad, useMe } from "@companyos/kit";
import { Avatar, Badge, Group, Kbd, NavLink, ScrollArea, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconHexagon3d, IconSearch } from "@tabler/icons-react";
import { Link, useRouterState } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { ConsentCard } from "./ConsentCard";
import { ContextMenu } from "./ContextMenu";
import { PersonMenu } from "./PersonMenu";
import { nav } from "./domains";

/** Left: where one is, where one can go, who one is. */
export function Navigation({ onGo, onSearch }: { onGo: () => void; onSearch: () => void }) {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const overview = useLoad(["overview", "now-24h"], (api, o) => api.overview({ range: "now-24h" }, o), { frame: true });
  const counts: Record<string, number> = { ...overview.data?.counts };
  return (
    <>
      <Group gap={8} px={4} wrap="nowrap">
        <span className="mark">
          <IconHexagon3d size={16} />
        </span>
        <Text fw={650} size="sm">
          CompanyOS
        </Text>
      </Group>
      <ContextMenu />
      <UnstyledButton onClick={onSearch} className="search">
        <IconSearch size={14} />
        <span>Search or run…</span>
        <Kbd size="xs" ml="auto">
          {/Mac/.test(navigator.userAgent) ? "⌘K" : "Ctrl K"}
        </Kbd>
      </UnstyledButton>
      <ScrollArea flex={1}>
        <nav aria-label="Main">
          <Stack gap={1} className="nav">
            {nav.map(({ title, to, icon, count, inside = [] }) => {
              const open = inside.some((page) => isAt(page.to, path));
              return (
                <Fragment key={to}>
                  <Place
                    {...{ title, to, icon, onGo }}
                    here={inside.length > 0 ? open : isAt(to, path)}
                    page={inside.length === 0}
                    right={count && counts[count] ? <Count of={count} amount={counts[count]} /> : undefined}
                  />
                  {open && (
                    <Stack gap={1} className="nav-inside">
                      {inside.map((page) => (
                        <Place key={page.to} {...page} onGo={onGo} here={isAt(page.to, path)} page />
                      ))}
                    </Stack>
                  )}
                </Fragment>
              );
            })}
          </Stack>
        </nav>
      </ScrollArea>
      <ConsentCard onGo={onGo} />
      <Person />
    </>
  );
}

const isAt = (to: string, path: string) => (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`));

interface PlaceProps extends InsideEntry {
  here: boolean;
  /** Whether it is a page itself, or stands for the pages below it. */
  page: boolean;
  right?: ReactNode;
  onGo: () => void;
}

const Place = ({ title, to, icon: Icon, here, page, right, onGo }: PlaceProps) => (
  <NavLink
    component={Link as unknown as "a"}
    {...({ to } as object)}
    onClick={onGo}
    active={here}
    aria-current={here ? (page ? "page" : "true") : undefined}
    label={title}
    leftSection={<Icon size={16} stroke={1.6} />}
    rightSection={right}
  />
);

/** Open incidents are news; how many services there are is not. */
const Count = ({ of, amount }: { of: string; amount: number }) =>
  of.startsWith("incidents") ? (
    <Badge size="xs" color="red" className="num">
      {amount}
    </Badge>
  ) : (
    <Text span fz={11} c="dimmed" className="num">
      {amount}
    </Text>
  );

function Person() {
  const { person, roles } = useMe();
  return (
    <PersonMenu>
      <UnstyledButton className="person" title="Your account">
        <Avatar size={26} color="indigo" name={person.name} aria-hidden />
        <span className="person-name">
          <Text size="sm" fw={500} lh={1.2} truncate>
            {person.name}
          </Text>
          <Text fz={11} c="dimmed" truncate>
            {roles.map(roleWords).join(" · ")}
          </Text>
        </span>
      </UnstyledButton>
    </PersonMenu>
  );
}
