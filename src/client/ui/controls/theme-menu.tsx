import { Monitor, Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import type { IconComponent } from "./button.tsx";
import { MenuButton } from "./menu-button.tsx";

export const themeChoices: readonly {
  readonly value: ThemePreference;
  readonly label: string;
  readonly icon: IconComponent;
}[] = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "System", icon: Monitor },
];

export function ThemeMenu() {
  const preference = useThemePreference();
  const icon = themeChoices.find(({ value }) => value === preference)?.icon ?? Monitor;
  return (
    <MenuButton
      label="Theme"
      icon={icon}
      entries={() =>
        themeChoices.map(({ value, label }) => ({
          type: "item",
          label,
          checked: preference === value,
          onSelect: () => setThemePreference(value),
        }))
      }
    />
  );
}

export type ThemePreference = "light" | "dark" | "system";

const storageKey = "flowline-theme";

let preference = readStored();

/** The user's choice, synchronized between tabs; public/boot.js applies the theme. */
function useThemePreference(): ThemePreference {
  return useSyncExternalStore(subscribe, () => preference);
}

export function setThemePreference(next: ThemePreference) {
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // Local storage is blocked: the choice lasts only until the page is closed.
  }
  // Browsers dispatch `storage` only in the other tabs; dispatching it here too makes all tabs run the same code.
  dispatchEvent(new StorageEvent("storage", { key: storageKey, newValue: next }));
}

function subscribe(onChange: () => void) {
  const takeOver = (event: StorageEvent) => {
    if (event.key !== storageKey) return;
    preference = toPreference(event.newValue);
    onChange();
  };
  // Reads changes that other tabs made while nothing was subscribed. React reads the snapshot again after
  // subscribing.
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
