const isApple =
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

/** The keys of a shortcut such as `Mod+Shift+S`, as this platform's keyboards show them. `Mod` is ⌘ or Ctrl. */
export function shortcutKeys(shortcut: string, apple = isApple): readonly string[] {
  return splitShortcut(shortcut).map((key) => {
    const modifier = apple ? appleSymbols[key] : key === "Mod" ? "Ctrl" : undefined;
    return modifier ?? keySymbols[key] ?? key;
  });
}

/** A shortcut in one piece of text: `⌘S` or `Ctrl+S`. */
export function formatShortcut(shortcut: string, apple = isApple): string {
  return shortcutKeys(shortcut, apple).join(apple ? "" : "+");
}

/** A shortcut as `aria-keyshortcuts` wants it. */
export function ariaShortcut(shortcut: string, apple = isApple): string {
  const ariaNames: Readonly<Record<string, string>> = { Mod: apple ? "Meta" : "Control", Ctrl: "Control" };
  return splitShortcut(shortcut)
    .map((key) => ariaNames[key] ?? key)
    .join("+");
}

/** A plus after another key joins; a plus anywhere else is the key itself, as in `Mod++`. */
function splitShortcut(shortcut: string): readonly string[] {
  return shortcut.split(/(?<=[^+])\+/);
}
