import { openDB } from "idb";

/** Where the SDK keeps things. Values are plain JSON. */
export interface Storage {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Forgets everything when the process or page ends: for tests, scripts and servers. */
export function memoryStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    get: async (key) => parse(kept.get(key)),
    set: async (key, value) => void kept.set(key, JSON.stringify(value)),
    delete: async (key) => void kept.delete(key),
  };
}

/** One browser tab, gone when it closes: for a sign-in under way and a request that waits for it. */
export function tabStorage(prefix = "companyos."): Storage {
  return {
    get: async (key) => parse(sessionStorage.getItem(prefix + key)),
    set: async (key, value) => sessionStorage.setItem(prefix + key, JSON.stringify(value)),
    delete: async (key) => sessionStorage.removeItem(prefix + key),
  };
}

/** All tabs of one browser share it: for tokens, so that one refresh serves every tab. */
export function browserStorage(database = "companyos"): Storage {
  const open = openDB(database, 1, { upgrade: (db) => void db.createObjectStore("kept") });
  return {
    get: async (key) => (await open).get("kept", key),
    set: async (key, value) => void (await (await open).put("kept", value, key)),
    delete: async (key) => (await open).delete("kept", key),
  };
}

const parse = (text: string | null | undefined) => (text === null || text === undefined ? undefined : JSON.parse(text));
