import { vi } from "vitest";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

/** Creates a `localStorage` in memory; as in a browser, `Object.keys` lists the stored keys. */
export function createMemoryStorage(): Storage {
  return Object.create({
    getItem(this: Record<string, string>, key: string) {
      return this[key] ?? null;
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
  });
}

/**
 * Replaces the browser's storage by one in memory, whose values belong to every user, until the end of the test.
 */
export function stubStorage(): Storage {
  const storage = createMemoryStorage();
  vi.stubGlobal("localStorage", storage);
  vi.stubGlobal("dispatchEvent", () => true);
  vi.stubGlobal("StorageEvent", Event);
  vi.spyOn(pageUserIdentityTracker, "storageKey").mockImplementation((name) => name);
  return storage;
}
