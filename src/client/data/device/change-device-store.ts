import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { parseStoredJson, readStoredText, storeText } from "#client/storage/stored-text.ts";
import type { DeviceStore } from "./device-store.ts";

/** Another tab may have changed the value. Copies text that is not JSON. False if the browser stores nothing. */
export function changeDeviceStore<Value>(store: DeviceStore<Value>, edit: (now: Value) => Value): boolean {
  // Sign-out deletes the user's stored data: a page that is still mounted must not store it again.
  if (pageUserIdentityTracker.signOut() === "discarding") return false;
  const before = readStoredText(pageUserIdentityTracker.storageKey(store.name));
  const copyKey = pageUserIdentityTracker.storageKey(`${store.name}-damaged`);
  if (parseStoredJson(before) === undefined && !storeText(copyKey, before)) return false;
  return store.set(edit(store.getState()));
}
