import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { parseStoredJson } from "#client/storage/stored-text.ts";
import { type StoredValue, createStoredValue } from "#client/storage/stored-value.ts";

/** Changed by `changeDeviceStore`. */
export interface DeviceStore<Value> extends StoredValue<Value> {
  readonly name: string;
}

/** `parse` gets null if nothing is stored, undefined for text that is not JSON; undefined removes the entry. */
export const createDeviceStore = <Value>(
  name: string,
  parse: (stored: unknown) => Value,
  options?: { readonly isKeptUnstored: boolean },
): DeviceStore<Value> => ({
  name,
  ...createStoredValue<Value>({
    keyOf: () => pageUserIdentityTracker.storageKey(name),
    parse: (text) => parse(parseStoredJson(text)),
    format: JSON.stringify,
    ...options,
  }),
});
