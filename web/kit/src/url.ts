import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { DEFAULT_RANGE, PRESETS, type Range, readRange } from "./time";

/** The address bar's query, as plain words: what a person sends to another person. */
export type Search = Record<string, string | undefined>;

/** Carried from page to page; everything else belongs to the page it was set on. */
export const CARRIED = ["tenant", "env", "service", "from", "to"] as const;

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

export const useWords = () => useSearch({ strict: false }) as Search;

/** Change some words of the query; `undefined` removes one. Filters replace history, they do not fill it. */
export function useSetWords() {
  const navigate = useNavigate();
  return useCallback(
    (change: Search) =>
      void navigate({ to: ".", search: ((old: Search) => ({ ...old, ...change })) as never, replace: true }),
    [navigate],
  );
}

/** One word of the query as state: a filter, a tab, a selection. */
export function useWord(name: string, fallback = ""): [string, (value: string) => void] {
  const value = useWords()[name] ?? fallback;
  const set = useSetWords();
  return [
    value,
    useCallback((next: string) => set({ [name]: next === fallback ? undefined : next }), [set, name, fallback]),
  ];
}

/** One word of the query that is one of a few; anything else counts as none. */
export function useChoice<Choice extends string>(
  name: string,
  choices: readonly Choice[],
): [Choice | undefined, (value: string) => void] {
  const [value, set] = useWord(name);
  return [choices.find((choice) => choice === value), set];
}

/** The time range that every chart of the page shares. */
export function useRange(): [Range, (range: Range) => void] {
  const { from, to } = useWords();
  const set = useSetWords();
  const range = useMemo(() => readRange(from, to), [from, to]);
  const setRange = useCallback(
    (next: Range) => {
      const plain = next.from === DEFAULT_RANGE.from && next.to === DEFAULT_RANGE.to;
      set(
        plain ? { from: undefined, to: undefined } : { from: next.from, to: next.to === "now" ? undefined : next.to },
      );
    },
    [set],
  );
  return [range, setRange];
}

/** The preset that a range is, if it is one. */
export const presetOf = ({ from, to }: Range) =>
  to === "now" ? PRESETS.find((preset) => from === `now-${preset}`) : undefined;
