import { type Intent, StatusDot, pageOf, toneOf, useLoad, useMe } from "@companyos/kit";
import type { Hit } from "@companyos/sdk";
import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, spotlight } from "@mantine/spotlight";
import { IconArrowRight, IconClock, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { client } from "./client";
import { intents, nav } from "./domains";
import { recents, remember } from "./recents";

interface Entry {
  id: string;
  title: string;
  hint?: string;
  icon: ReactNode;
  /** Stays open: the entry only completes what is typed. */
  completes?: string;
  run?: () => void;
}

/** ⌘K: pages, things and intents in one box. Shows only what the server lets this person find. */
export function Palette() {
  const [text, setText] = useState("");
  const entries = useEntries(text);
  return (
    <Spotlight.Root query={text} onQueryChange={setText} size={600} radius="lg" shortcut={null} transitionProps={{ duration: 0 }} overlayProps={{ backgroundOpacity: 0.55, blur: 0 }} aria-label="Search or run">
      <Spotlight.Search placeholder="Search, or : for intents" leftSection={<IconSearch size={16} />} aria-label="Search or run" />
      <Spotlight.ActionsList className="palette">
        {entries.map(({ id, title, hint, icon, completes, run }) => (
          <Spotlight.Action key={id} label={title} description={hint ?? ""} leftSection={icon} closeSpotlightOnTrigger={completes === undefined} onClick={() => (completes === undefined ? run?.() : setText(completes))} />
        ))}
        {entries.length === 0 && <Spotlight.Empty>Nothing found in this tenant and environment.</Spotlight.Empty>}
      </Spotlight.ActionsList>
      <Spotlight.Footer>
        <Text size="xs" c="dimmed">{intents.map(({ word }) => `:${word}`).join("  ")}</Text>
      </Spotlight.Footer>
    </Spotlight.Root>
  );
}

function useEntries(text: string): Entry[] {
  const me = useMe();
  const navigate = useNavigate();
  const go = (to: string) => (spotlight.close(), void navigate({ to }));
  const [, word, rest = ""] = /^:(\w*)(?:\s+(.*))?$/.exec(text) ?? [];
  const intent = word === undefined ? undefined : intents.find((known) => known.word === word);
  const term = (word === undefined ? text : rest).trim();
  const found = useHits(term, intent);

  const open = (hit: Hit) => {
    const path = hit.href ?? pageOf(hit) ?? `/search?q=${encodeURIComponent(hit.title)}`;
    remember(me.tenant.slug, { title: hit.title, subtitle: hit.subtitle ?? hit.type, path });
    go(path);
  };
  const things = found.map((hit): Entry => ({ id: `${hit.type}:${hit.id}`, title: hit.title, hint: hit.subtitle ?? hit.type, icon: <StatusDot tone={toneOf(hit.status)} />, run: () => open(hit) }));
  if (intent?.actions) {
    const matches = intent.actions.filter(({ title }) => includes(title, term));
    return matches.map(({ title, hint, run }): Entry => ({ id: `do:${title}`, title, ...(hit(hint)), icon: <IconArrowRight size={15} />, run: () => run({ go, client }) }));
  }
  if (intent) return things;
  if (word !== undefined) {
    return intents.filter((known) => known.word.startsWith(word)).map(({ word: name, title }): Entry => ({ id: `:${name}`, title: `:${name}`, hint: title, icon: <IconSearch size={15} />, completes: `:${name} ` }));
  }
  const pages = nav.filter(({ title }) => includes(title, term)).map(({ title, to, icon: Icon }): Entry => ({ id: to, title, hint: "Page", icon: <Icon size={15} stroke={1.6} />, run: () => go(to) }));
  if (term === "") return [...recents(me.tenant.slug).map(({ title, subtitle, path }): Entry => ({ id: `recent ${path}`, title, hint: subtitle, icon: <IconClock size={15} />, run: () => go(path) })), ...pages];
  return [...things, ...pages];
}

const hit = (hint: string | undefined) => (hint === undefined ? {} : { hint });
const includes = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());

function useHits(term: string, intent: Intent | undefined): Hit[] {
  const [q] = useDebouncedValue(term, 80);
  const asked = intent ? `:${intent.word} ${q}` : q;
  const enabled = (intent?.types !== undefined || q.length > 1) && term !== "" ;
  const hits = useLoad(["search", asked, 8], (api, o) => api.search({ q: asked, limit: 8 }, o), { enabled });
  return enabled ? (hits.data?.items ?? []).filter(({ type }) => intent?.types?.includes(type) ?? true) : [];
}
