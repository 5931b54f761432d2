import { useCallback } from "react";
import { useSetWords, useWords } from "./url";

/** A thing as everyone names it, `operations.service:api-gateway`; the rail's one is in the URL. */
export interface Subject {
  type: string;
  id: string;
}

export const subjectKey = ({ type, id }: Subject) => `${type}:${id}`;

export function readSubject(text: string | undefined): Subject | undefined {
  const found = /^([\w.-]+):(.+)$/.exec(text ?? "");
  return found?.[1] && found[2] ? { type: found[1], id: found[2] } : undefined;
}

/** Open the rail, close it, see what it shows. */
export function useInspect() {
  const { inspect } = useWords();
  const set = useSetWords();
  const open = useCallback((subject: Subject) => set({ inspect: subjectKey(subject) }), [set]);
  const close = useCallback(() => set({ inspect: undefined, tab: undefined }), [set]);
  return { subject: readSubject(inspect), open, close };
}

const PAGES = new Map([
  ["operations.service", "/services"],
  ["operations.deployment", "/deployments"],
  ["operations.incident", "/incidents"],
]);

/** The page of a thing, when it has one. */
export function pageOf({ type, id }: Subject): string | undefined {
  const room = PAGES.get(type);
  return room && `${room}/${encodeURIComponent(id)}`;
}
