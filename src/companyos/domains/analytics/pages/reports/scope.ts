import { type Range, useSetWords, useWords } from "@companyos/kit";
import { useMemo } from "react";

export const LENGTHS = [7, 30, 90] as const;
const DAY = 86_400_000;

/** What a report is asked for: whole days, and filters. All of it is in the URL. */
export interface Scope {
  days: number;
  until: string | null;
  role: string;
  plan: string;
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

export function useScope(): { scope: Scope; set: ReturnType<typeof useSetWords>; zoom: (range: Range) => void } {
  const words = useWords();
  const set = useSetWords();
  const { days, until = "", role = "", plan = "" } = words;
  const scope = useMemo(() => {
    const length = Math.trunc(Number(days));
    return {
      days: length >= 1 && length <= 180 ? length : 30,
      until: /^\d{4}-\d\d-\d\d$/.test(until) ? until : null,
      role,
      plan,
    };
  }, [days, until, role, plan]);
  /** Dragging over a chart asks for the days under it. */
  const zoom = ({ from, to }: Range) => {
    const [first, last] = [Date.parse(from), Math.min(Date.parse(to), Date.now())];
    const length = Math.max(1, Math.floor(last / DAY) - Math.floor(first / DAY) + 1);
    set({ days: String(length), until: dayOf(last) });
  };
  return { scope, set, zoom };
}

/** Milliseconds of the beginning of a day that the API names. */
export const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** "12 Nov", in UTC as days are counted. */
export const dayLabel = (day: string) =>
  new Date(startOf(day)).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** A feature or role as people say it. */
export const named = (name: string) => name || "not said";

/** "+12%" against as many days before; nothing to compare with is nothing. */
export function change(now: number, before: number): string | undefined {
  if (before === 0) return undefined;
  const by = Math.round((now / before - 1) * 100);
  return `${by > 0 ? "+" : ""}${by}%`;
}
