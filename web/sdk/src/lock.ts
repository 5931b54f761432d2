const held = new Map<string, Promise<unknown>>();

/** Run `act` while no other tab (Web Locks) and no other call in this process runs one under the same name. */
export async function alone<T>(name: string, act: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  if (locks) return (await locks.request(name, act)) as T;
  const turn = (held.get(name) ?? Promise.resolve()).then(act, act);
  held.set(
    name,
    turn.catch(() => undefined),
  );
  return turn;
}
