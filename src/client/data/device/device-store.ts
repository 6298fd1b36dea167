import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

export interface DeviceStore<Value> {
  /** Returns the same object until the stored text changes. */
  readonly read: () => Value;
  /**
   * Applies an edit to the stored value, which another tab may have changed since `read`. Returns false, and
   * changes nothing, if the browser cannot store the result.
   */
  readonly change: (edit: (now: Value) => Value) => boolean;
  readonly subscribe: (onChange: () => void) => () => void;
}

/**
 * Creates a store of the signed-in user in local storage, shared by all tabs. `parse` receives the result of
 * `JSON.parse`, or null if nothing is stored, and must ignore invalid parts: another release or the user may
 * have written these.
 */
export function createDeviceStore<Value>(
  name: string,
  parse: (stored: unknown) => Value,
): DeviceStore<Value> {
  let cached: { readonly text: string | null; readonly value: Value } | undefined;
  const storageKey = () => pageUserIdentityTracker.storageKey(name);

  const readText = (): string | null => {
    const key = storageKey();
    try {
      return key === undefined ? null : localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const read = () => {
    const text = readText();
    if (cached?.text !== text) cached = { text, value: parse(parseJson(text)) };
    return (cached as { readonly value: Value }).value;
  };

  return {
    read,
    change: (edit) => {
      const key = storageKey();
      // Sign-out deletes the user's stored data: a page that is still mounted must not store it again.
      if (key === undefined || pageUserIdentityTracker.signOut() === "discarding") return false;
      const before = readText();
      const value = edit(read());
      const text = JSON.stringify(value);
      if (text === before) return true;
      try {
        if (before !== null && parseJson(before) === undefined)
          localStorage.setItem(key.replace(name, `${name}-damaged`), before);
        localStorage.setItem(key, text);
      } catch {
        return false;
      }
      // Browsers dispatch `storage` only in the other tabs; dispatching it here too makes all tabs run the same code.
      dispatchEvent(new StorageEvent("storage", { key }));
      return true;
    },
    subscribe: (onChange) => {
      const hear = ({ key }: StorageEvent) => {
        if (key === null || key === storageKey()) onChange();
      };
      addEventListener("storage", hear);
      return () => removeEventListener("storage", hear);
    },
  };
}

/** Returns undefined for a text that is not valid JSON. */
function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}
