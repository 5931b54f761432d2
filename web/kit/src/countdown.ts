import { useSyncExternalStore } from "react";

const everySecond = (tell: () => void) => {
  const timer = setInterval(tell, 1000);
  return () => clearInterval(timer);
};
const never = () => () => undefined;
const thisSecond = () => Math.floor(Date.now() / 1000);

/** Whole seconds until `ends`, counted down every second; 0 without an end or after it. */
export function useLeft(ends: string | null | undefined): number {
  const now = useSyncExternalStore(ends ? everySecond : never, thisSecond);
  return ends ? Math.max(0, Math.ceil(Date.parse(ends) / 1000) - now) : 0;
}

/** Seconds as a clock shows them: `4:05`, `1:04:05`. */
export function clockOf(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
