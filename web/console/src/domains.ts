import type { DomainPages } from "@companyos/kit";

/** Every domain's pages, found by folder: a new domain needs no edit here. */
const found = import.meta.glob<{ pages: DomainPages }>("../../../src/companyos/domains/*/pages/index.tsx", {
  eager: true,
});
const all = Object.values(found).map(({ pages }) => pages);

export const routes = all.flatMap(({ routes }) => routes);
export const nav = all.flatMap(({ nav = [] }) => nav).toSorted((a, b) => a.order - b.order);
/** Every page of the navigation by itself, those of a section under its title. */
export const places = nav.flatMap((entry) =>
  entry.inside ? entry.inside.map((page) => ({ ...page, title: `${entry.title}: ${page.title}` })) : [entry],
);
export const intents = all.flatMap(({ intents = [] }) => intents);
export const inspectors = new Map(all.flatMap(({ inspectors = {} }) => Object.entries(inspectors)));
