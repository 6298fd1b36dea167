import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { parseStoredJson } from "#client/storage/stored-text.ts";
import { type StoredValue, createStoredValue } from "#client/storage/stored-value.ts";

/** Changed by `changeDeviceStore`. */
export interface DeviceStore<Value> extends StoredValue<Value> {
  readonly name: string;
}

/**
 * Creates a store of the signed-in user, as JSON in local storage. `parse` receives null if nothing is stored and
 * undefined if the text is not JSON; the value undefined removes the entry.
 */
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
