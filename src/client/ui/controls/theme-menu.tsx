import { Monitor, Moon, Sun } from "lucide-react";
import { useStore } from "zustand";
import { createStoredValue } from "#client/storage/stored-value.ts";
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
  const preference = useStore(themePreference);
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

/** The user's choice; public/boot.js applies the theme. */
const themePreference = createStoredValue<ThemePreference>({
  keyOf: () => "flowline-theme",
  parse: (text) => (text === "light" || text === "dark" ? text : "system"),
  format: String,
  isKeptUnstored: true,
});

export const setThemePreference = themePreference.set;
