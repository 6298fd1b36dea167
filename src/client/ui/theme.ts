import { useSyncExternalStore } from "react";

export type ThemePreference = "light" | "dark" | "system";

const storageKey = "flowline-theme";

let preference = readStored();

/** The person's wish, the same in every tab. What it means on this screen is decided by public/theme.js. */
export function useThemePreference(): ThemePreference {
  return useSyncExternalStore(subscribe, () => preference);
}

export function setThemePreference(next: ThemePreference) {
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // Without storage the wish lasts as long as the page.
  }
  // Browsers send this event to the other tabs only; sending it here too leaves one path for both.
  dispatchEvent(new StorageEvent("storage", { key: storageKey, newValue: next }));
}

function subscribe(onChange: () => void) {
  const takeOver = (event: StorageEvent) => {
    if (event.key !== storageKey) return;
    preference = toPreference(event.newValue);
    onChange();
  };
  // A change made while nobody was subscribed is caught up with here; React reads again after subscribing.
  preference = readStored();
  addEventListener("storage", takeOver);
  return () => removeEventListener("storage", takeOver);
}

function readStored(): ThemePreference {
  try {
    return toPreference(localStorage.getItem(storageKey));
  } catch {
    return "system";
  }
}

function toPreference(stored: string | null): ThemePreference {
  return stored === "light" || stored === "dark" ? stored : "system";
}
