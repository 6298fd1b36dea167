import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

export interface DeviceStore<Value> {
  /** Returns the same object until the stored text changes. */
  readonly read: () => Value;
  /** Applies an edit to what is stored now. Returns false, and changes nothing, if the browser refuses to store it. */
  readonly change: (edit: (now: Value) => Value) => boolean;
  readonly subscribe: (onChange: () => void) => () => void;
}

/**
 * Creates a store of the signed-in user in local storage, shared by all tabs. `parse` gets what JSON.parse returns,
 * null if nothing is stored, and ignores what another version or the user may have written.
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

/** Returns undefined for a text that is no JSON. */
function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}
