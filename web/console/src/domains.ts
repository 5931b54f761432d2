import type { DomainPages, InsideEntry } from "@companyos/kit";
import { IconFile } from "@tabler/icons-react";

/** Every domain's pages, found by folder: a new domain needs no edit here. */
const found = import.meta.glob<{ pages: DomainPages }>("../../../src/companyos/domains/*/pages/index.tsx", {
  eager: true,
});
const all = Object.values(found).map(({ pages }) => pages);

export const routes = all.flatMap(({ routes }) => routes);
export const nav = all.flatMap(({ nav = [] }) => nav).toSorted((a, b) => a.order - b.order);
const inNav = nav.flatMap((entry) =>
  entry.inside ? entry.inside.map((page) => ({ ...page, title: `${entry.title}: ${page.title}` })) : [entry],
);
const apart = routes.flatMap(({ path, title }) => (title ? [{ title, to: path, icon: IconFile }] : []));
/** Every page that has a name by itself, those of a section under its title. */
export const places: InsideEntry[] = [...inNav, ...apart];
export const intents = all.flatMap(({ intents = [] }) => intents);
export const inspectors = new Map(all.flatMap(({ inspectors = {} }) => Object.entries(inspectors)));
