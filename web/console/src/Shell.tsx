import { useInspect, useShortcut } from "@companyos/kit";
import { AppShell } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { memo, useCallback } from "react";
import { flushSync } from "react-dom";
import { ContextBar } from "./ContextBar";
import { GlassBanner } from "./Elevation";
import { InspectRail } from "./InspectRail";
import { LiveBanner } from "./LiveBanner";
import { Navigation } from "./Navigation";
import { Palette } from "./Palette";
import { nav } from "./domains";
import { useLive } from "./live";
import { useUsage } from "./usage";

const Left = memo(Navigation); // a new filter or an open rail changes nothing here

/** The frame around every page: navigation, context bar, work area, inspect rail, palette. */
export function Shell() {
  const [menu, { toggle, close }] = useDisclosure();
  const [palette, { open, close: closePalette }] = useDisclosure();
  const search = useCallback(() => flushSync(open), [open]); // it has the focus before the next key comes
  const inspect = useInspect();
  const connection = useLive();
  useUsage();
  useShortcut("mod+k", "Search or run", search, { group: "Everywhere" });
  useShortcut("/", "Search", search, { group: "Everywhere" });
  useShortcut("Escape", "Close the inspect rail", inspect.close, {
    group: "Everywhere",
    enabled: inspect.subject !== undefined,
  });
  return (
    <AppShell
      layout="alt"
      header={{ height: 46 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !menu } }}
      aside={{
        width: { base: "100%", md: 440 },
        breakpoint: "md",
        collapsed: { mobile: !inspect.subject, desktop: !inspect.subject },
      }}
      padding="lg"
      transitionDuration={0}
    >
      <a className="skip" href="#work">
        Skip to content
      </a>
      <AppShell.Navbar p="sm" className="frame navbar">
        <Left onGo={close} onSearch={search} />
      </AppShell.Navbar>
      <AppShell.Header px="lg" className="frame">
        <ContextBar menu={menu} onMenu={toggle} connection={connection} />
      </AppShell.Header>
      <AppShell.Main id="work" className="work">
        <LiveBanner connection={connection} />
        <GlassBanner />
        <Outlet />
      </AppShell.Main>
      <AppShell.Aside className="frame" aria-label="Inspect">
        {inspect.subject && <InspectRail subject={inspect.subject} onClose={inspect.close} />}
      </AppShell.Aside>
      {palette && <Palette onClose={closePalette} />}
      {nav.map(({ to, title, keys }) => keys && <Jump key={to} to={to} title={title} keys={keys} />)}
    </AppShell>
  );
}

function Jump({ to, title, keys }: { to: string; title: string; keys: string }) {
  const navigate = useNavigate();
  useShortcut(keys, `Go to ${title}`, () => void navigate({ to }), { group: "Everywhere" });
  return null;
}
