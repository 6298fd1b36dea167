export const isApplePlatform =
  typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform || navigator.userAgent);

const appleSymbols: Readonly<Record<string, string>> = { Mod: "⌘", Ctrl: "⌃", Alt: "⌥", Shift: "⇧" };
const keySymbols: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "↵",
  Escape: "Esc",
  Delete: "Del",
};

/** Returns the keys of a shortcut such as `Mod+Shift+S` as the user's platform labels them. `Mod` is ⌘ or Ctrl. */
export function listShortcutKeyLabels(shortcut: string, apple = isApplePlatform): readonly string[] {
  return splitShortcut(shortcut).map((key) => {
    const modifier = apple ? appleSymbols[key] : key === "Mod" ? "Ctrl" : undefined;
    return modifier ?? keySymbols[key] ?? key;
  });
}

export function formatShortcut(shortcut: string, apple = isApplePlatform): string {
  return listShortcutKeyLabels(shortcut, apple).join(apple ? "" : "+");
}

export function toAriaShortcut(shortcut: string, apple = isApplePlatform): string {
  const ariaNames: Readonly<Record<string, string>> = { Mod: apple ? "Meta" : "Control", Ctrl: "Control" };
  return splitShortcut(shortcut)
    .map((key) => ariaNames[key] ?? key)
    .join("+");
}

/** Splits only at a plus that follows another character, because `Mod++` contains the plus key. */
function splitShortcut(shortcut: string): readonly string[] {
  return shortcut.split(/(?<=[^+])\+/);
}
