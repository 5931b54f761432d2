import { type QueryClient, type QueryKey, hashKey } from "@tanstack/react-query";

/** Which reads of the API each query has made last. */
const made = new Map<string, Set<string>>();

/** Notes the reads of a query that starts; `further` pages add to those of the pages before. */
export function readsOf(key: QueryKey, further = false): (path: string) => void {
  const hash = hashKey(key);
  const reads = (further && made.get(hash)) || new Set<string>();
  made.set(hash, reads);
  return (path) => reads.add(path);
}

/** What the page shows at this moment: the reads of every query with an answer that more than the frame looks at. */
export function readsOnScreen(queries: QueryClient): string[] {
  const shown = queries.getQueryCache().findAll({
    predicate: ({ observers, state }) =>
      state.data !== undefined && observers.some(({ options }) => options.enabled !== false && !options.meta?.frame),
  });
  return [...new Set(shown.flatMap(({ queryHash }) => [...(made.get(queryHash) ?? [])]))];
}
