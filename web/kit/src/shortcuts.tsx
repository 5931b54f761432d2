import { Group, Kbd, Stack, Text } from "@mantine/core";
import { type ReactNode, createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import { Dialog } from "./Dialog";

export interface Shortcut {
  /** One key (`j`, `?`, `mod+k`) or two in a row (`g s`). */
  keys: string;
  label: string;
  group: string;
  run: () => void;
}

interface Registry {
  add: (shortcut: Shortcut) => () => void;
  list: () => Shortcut[];
}

const Shortcuts = createContext<Registry | null>(null);
const PAUSE = 900; // milliseconds in which the second key of a pair counts

/** One registry for every key of the console: pages declare theirs, `?` shows them all. */
export function ShortcutProvider({ children }: { children: ReactNode }) {
  const known = useRef<Shortcut[]>([]);
  const [sheet, setSheet] = useState<Shortcut[] | null>(null);
  const registry = useMemo<Registry>(
    () => ({
      add(shortcut) {
        known.current = [...known.current, shortcut];
        return () => void (known.current = known.current.filter((other) => other !== shortcut));
      },
      list: () => known.current,
    }),
    [],
  );

  useEffect(() => {
    let first: { key: string; at: number } | undefined;
    const onKey = (event: KeyboardEvent) => {
      const key = keyOf(event);
      if (key === undefined || (isTyping(event.target) && !key.startsWith("mod+"))) return;
      if (key === "?") return setSheet([...known.current]);
      const pair = first && event.timeStamp - first.at < PAUSE ? `${first.key} ${key}` : key;
      // The one declared last is the nearest to the reader: a dialog before its page, a page before the shell.
      const match =
        known.current.findLast(({ keys }) => keys === pair) ?? known.current.findLast(({ keys }) => keys === key);
      first = { key, at: event.timeStamp };
      if (!match) return;
      event.preventDefault();
      match.run();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  return (
    <Shortcuts.Provider value={registry}>
      {children}
      {sheet && <Sheet shortcuts={sheet} onClose={() => setSheet(null)} />}
    </Shortcuts.Provider>
  );
}

/** Declare a shortcut for as long as the component is on the screen. */
export function useShortcut(
  keys: string,
  label: string,
  run: () => void,
  { group = "This page", enabled = true } = {},
) {
  const registry = useContext(Shortcuts);
  const latest = useRef(run);
  useEffect(() => void (latest.current = run));
  useEffect(() => {
    if (!enabled) return undefined;
    return registry?.add({ keys, label, group, run: () => latest.current() });
  }, [registry, keys, label, group, enabled]);
}

function Sheet({ shortcuts, onClose }: { shortcuts: Shortcut[]; onClose: () => void }) {
  const groups = Object.entries(Object.groupBy(shortcuts, ({ group }) => group));
  return (
    <Dialog title="Keyboard shortcuts" size={460} onClose={onClose}>
      <Stack gap="lg">
        {groups.map(([group, members = []]) => (
          <Stack gap={6} key={group}>
            <Text size="xs" c="dimmed" fw={600}>
              {group}
            </Text>
            {[...new Map(members.map((member) => [member.keys, member])).values()].map(({ keys, label }) => (
              <Group key={keys} justify="space-between">
                <Text size="sm">{label}</Text>
                <Group gap={4}>
                  {keys.split(" ").map((key) => (
                    <Kbd key={key} size="xs">
                      {shown(key)}
                    </Kbd>
                  ))}
                </Group>
              </Group>
            ))}
          </Stack>
        ))}
      </Stack>
    </Dialog>
  );
}

const shown = (key: string) =>
  key
    .replace("mod+", /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl ")
    .replace(/[a-z]$/, (letter) => letter.toUpperCase());

function keyOf(event: KeyboardEvent): string | undefined {
  if (event.altKey || ["Shift", "Control", "Meta"].includes(event.key)) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.metaKey || event.ctrlKey ? `mod+${key}` : key;
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) ||
    target.closest("[role=dialog],[role=listbox],[role=menu]") !== null);
