import type { StoreApi } from "zustand/vanilla";
import { readStoredText, storeText } from "./stored-text.ts";

/** A value in local storage that all tabs share. */
export interface StoredValue<Value> extends Pick<
  StoreApi<Value>,
  "getState" | "getInitialState" | "subscribe"
> {
  /** Returns false if the browser does not store the value. */
  readonly set: (value: Value) => boolean;
}

interface StoredValueOptions<Value> {
  /** The key in local storage; undefined while it is unknown. */
  readonly keyOf: () => string | undefined;
  /** Must ignore invalid parts, which another release or the user may have written. */
  readonly parse: (text: string | null) => Value;
  /** Returns undefined for a value that removes the entry. */
  readonly format: (value: Value) => string | undefined;
  /** Whether a value that the browser refuses to store lasts until the page is closed. */
  readonly isKeptUnstored?: boolean;
}

/** Creates a stored value. Its state is the same object until the stored text changes. */
export function createStoredValue<Value>({
  keyOf,
  parse,
  format,
  isKeptUnstored,
}: StoredValueOptions<Value>): StoredValue<Value> {
  let unstored: string | null = null;
  let cached: { readonly text: string | null; readonly value: Value } | undefined;
  const getState = () => {
    const text = unstored ?? readStoredText(keyOf());
    if (!cached || cached.text !== text) cached = { text, value: parse(text) };
    return cached.value;
  };
  return {
    getState,
    getInitialState: getState,
    set: (value) => {
      const key = keyOf();
      const text = format(value) ?? null;
      const isStored = storeText(key, text);
      if (!isStored && !(isKeptUnstored && key !== undefined)) return false;
      unstored = isStored ? null : text;
      // Browsers dispatch `storage` only in the other tabs; dispatching it here too makes all tabs run the same code.
      dispatchEvent(new StorageEvent("storage", { key, newValue: text }));
      return isStored;
    },
    subscribe: (listener) => {
      let before = getState();
      const hear = ({ key }: StorageEvent) => {
        if (key !== null && key !== keyOf()) return;
        const now = getState();
        listener(now, before);
        before = now;
      };
      addEventListener("storage", hear);
      return () => removeEventListener("storage", hear);
    },
  };
}

/** Creates a setting of this browser that is on or off. */
export const createStoredOnOffSetting = (key: string, isOnAtFirst: boolean): StoredValue<boolean> =>
  createStoredValue({
    keyOf: () => key,
    parse: (text) => (text === null ? isOnAtFirst : text === "on"),
    format: (isOn) => (isOn ? "on" : "off"),
    isKeptUnstored: true,
  });
