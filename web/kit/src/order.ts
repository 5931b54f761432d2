import { useNavigate } from "@tanstack/react-router";
import { useShortcut } from "./shortcuts";

const orders = new Map<string, string[]>();

/** A list says in which order it shows its rows' pages… */
export const rememberOrder = (list: string, paths: string[]) => void orders.set(list, paths);

/** …and a detail page goes on in that order with `j` and `k`. */
export function useSteps(list: string, path: string): void {
  const navigate = useNavigate();
  const paths = orders.get(list) ?? [];
  const at = paths.indexOf(path);
  const go = (to: string | undefined) => to && void navigate({ to, search: true } as never);
  useShortcut("j", "Next in the list", () => go(paths[at + 1]), { enabled: at >= 0 });
  useShortcut("k", "Previous in the list", () => go(paths[at - 1]), { enabled: at >= 0 });
}
