import { useSyncExternalStore } from "react";

const storageKey = "flowline-single-keys";

/** Whether shortcuts of a single character work (WCAG 2.1.4: who dictates to the page must be able to switch them off). */
export function areSingleKeysOn(): boolean {
  try {
    return localStorage.getItem(storageKey) !== "off";
  } catch {
    return true;
  }
}

export function setSingleKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, "off");
  } catch {
    // Without storage they stay on.
  }
  // Browsers tell the other tabs only; telling this one too leaves one path for both.
  dispatchEvent(new StorageEvent("storage", { key: storageKey }));
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, areSingleKeysOn);
}

function subscribe(onChange: () => void) {
  addEventListener("storage", onChange);
  return () => removeEventListener("storage", onChange);
}
