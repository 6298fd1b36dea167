import { Monitor, Moon, Sun } from "lucide-react";
import { useId } from "react";
import type { Icon } from "./icon.ts";
import { setThemePreference, type ThemePreference, useThemePreference } from "./theme.ts";
import { tooltip } from "./tooltip.ts";

const choices: readonly { readonly value: ThemePreference; readonly label: string; readonly icon: Icon }[] = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "System", icon: Monitor },
];

/** Light, dark or as the system: three native radio buttons, so the arrow keys come with them. */
export function ThemeSwitch() {
  const preference = useThemePreference();
  const group = useId();
  return (
    <fieldset className="inline-flex rounded-md border border-line bg-sunken p-0.5">
      <legend className="sr-only">Theme</legend>
      {choices.map(({ value, label, icon: Drawing }) => (
        <label
          key={value}
          {...tooltip(label)}
          className="relative grid h-6.5 w-7 place-items-center rounded-sm text-muted transition-colors hover:text-ink has-checked:bg-raised has-checked:text-ink has-checked:ring-1 has-checked:ring-line has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:h-9 pointer-coarse:w-10"
        >
          <input
            type="radio"
            name={group}
            aria-label={label}
            checked={preference === value}
            onChange={() => setThemePreference(value)}
            className="absolute inset-0 appearance-none outline-none"
          />
          <Drawing className="size-4" />
        </label>
      ))}
    </fieldset>
  );
}
