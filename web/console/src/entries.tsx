import {
  type Intent,
  type IntentAction,
  StatusDot,
  pageOf,
  parseSearch,
  useLoad,
  useMe,
  useNames,
} from "@companyos/kit";
import type { Hit, Me } from "@companyos/sdk";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowRight, IconBuilding, IconClock, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { client } from "./client";
import { intents, places } from "./domains";
import { recents, remember } from "./recents";

/** One line of the palette. */
export interface Entry {
  id: string;
  title: string;
  hint: string;
  icon: ReactNode;
  run: () => void;
  /** The entry only completes what is typed; the palette stays open. */
  stays?: boolean;
}

const actions = intents.flatMap((intent) => intent.actions ?? []);
const DO = { word: "do", title: "Do something" };
/** Every word that the palette knows; `:do` is the sum of what the domains can do. */
export const words = [...intents.filter((intent) => intent.types), ...(actions.length > 0 ? [DO] : [])];

/** What the palette offers for a text. Things and acts come from the server, which knows what this person may see and do. */
export function useEntries(text: string, complete: (text: string) => void): Entry[] {
  const me = useMe();
  const { slug } = me.tenant;
  const navigate = useNavigate();
  const go = (path: string) => {
    const [to = "/", query = ""] = path.split("?");
    void navigate({ to, search: parseSearch(query) as never });
  };
  const [, word, rest = ""] = /^:(\w*)(?:\s+(.*))?$/.exec(text) ?? [];
  const intent: Intent | undefined = words.find((known) => known.word === word);
  const term = (word === undefined ? text : rest).trim();
  const hits = useHits(term, intent);
  const nameOf = useNames();

  const open = (title: string, subtitle: string, path: string) => {
    remember(slug, { title, subtitle, path });
    go(path);
  };
  if (intent === DO)
    return doable(hits).map(({ title, hint = "", run }) => ({
      id: `do ${title}`,
      title,
      hint,
      icon: <IconArrowRight size={15} />,
      run: () => run({ go, client }),
    }));
  const things = hits.map((hit): Entry => {
    const path = pageOf(hit) ?? `/search?q=${encodeURIComponent(hit.title)}`;
    const { title, hint, tone, state } = nameOf(hit);
    return {
      id: `${hit.type}:${hit.id}`,
      title,
      hint: hint || hit.type,
      icon: <StatusDot tone={tone} label={state} />,
      run: () => open(title, hint, path),
    };
  });
  if (intent?.types?.includes("identity.tenant")) return [...tenantsOf(me, term, navigate), ...things];
  if (intent) return things;
  if (word !== undefined)
    return words
      .filter((known) => known.word.startsWith(word))
      .map(({ word: name, title }) => ({
        id: `:${name}`,
        title: `:${name}`,
        hint: title,
        icon: <IconSearch size={15} />,
        stays: true,
        run: () => complete(`:${name} `),
      }));

  const pages = places
    .filter(({ title }) => includes(title, term))
    .map(({ title, to, icon: Icon }): Entry => ({
      id: to,
      title,
      hint: "Page",
      icon: <Icon size={15} stroke={1.6} />,
      run: () => go(to),
    }));
  if (term !== "") return [...things, ...pages];
  return [
    ...recents(slug).map(({ title, subtitle, path }) => ({
      id: `recent ${path}`,
      title,
      hint: subtitle,
      icon: <IconClock size={15} />,
      run: () => go(path),
    })),
    ...pages,
  ];
}

/** One's own tenants: going to one changes the context. */
function tenantsOf({ memberships }: Me, term: string, navigate: ReturnType<typeof useNavigate>): Entry[] {
  const mine = memberships.filter(({ tenant }) => includes(`${tenant.slug} ${tenant.name}`, term));
  return mine.map(({ tenant, environments: [env] }) => ({
    id: `tenant ${tenant.id}`,
    title: tenant.name,
    hint: `Work in ${tenant.slug}${env ? ` · ${env}` : ""}`,
    icon: <IconBuilding size={15} stroke={1.6} />,
    run: () => void navigate({ to: "/", search: { tenant: tenant.slug, env } as never }),
  }));
}

const includes = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());

/** The acts that the console has a screen for, among those that the server says this person may do. */
const doable = (hits: Hit[]): IntentAction[] => actions.filter(({ action }) => hits.some((hit) => hit.id === action));

function useHits(term: string, intent: Intent | undefined): Hit[] {
  const [settled] = useDebouncedValue(term, 80);
  const q = intent ? `:${intent.word} ${settled}`.trim() : settled;
  const enabled = intent !== undefined || (settled.length > 1 && !settled.startsWith(":") && term !== "");
  const found = useLoad(["search", q, 20], (api, o) => api.search({ q, limit: 20 }, o), { enabled, frame: true });
  return enabled ? (found.data?.items ?? []) : [];
}
