import { type ReactNode, useDeferredValue, useLayoutEffect, useRef } from "react";
import { Lines } from "./States";

const heights = new Map<string, number>();

/**
 * The heavy part of a page. The page's head is on the screen first; this follows at once, and lets go when a key or a
 * click comes meanwhile. Coming back, its place has the height it had, so that the page scrolls to where it was.
 */
export function Soon({ name, rows = 8, children }: { name: string; rows?: number; children: () => ReactNode }) {
  const now = useDeferredValue(true, false);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const drawn = now ? box.current : null;
    return () => void (drawn && heights.set(name, drawn.offsetHeight));
  }, [now, name]);
  return (
    <div ref={box} style={now ? undefined : { minHeight: heights.get(name) }}>
      {now ? children() : <Lines rows={rows} />}
    </div>
  );
}
