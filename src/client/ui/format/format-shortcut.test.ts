import { expect, it } from "vitest";
import { toAriaShortcut, formatShortcut, listShortcutKeyLabels } from "./format-shortcut.ts";

it("a shortcut is written the way the platform's keyboards label its keys", () => {
  expect(formatShortcut("Mod+Shift+S", true)).toBe("⌘⇧S");
  expect(formatShortcut("Mod+Shift+S", false)).toBe("Ctrl+Shift+S");
  expect(formatShortcut("Alt+ArrowUp", false)).toBe("Alt+↑");
});

it("the plus key of a shortcut is distinguished from the plus sign between keys", () => {
  expect(listShortcutKeyLabels("Mod++", false)).toEqual(["Ctrl", "+"]);
  expect(listShortcutKeyLabels("+", false)).toEqual(["+"]);
});

it("aria-keyshortcuts names the modifier key of the user's platform", () => {
  expect(toAriaShortcut("Mod+S", true)).toBe("Meta+S");
  expect(toAriaShortcut("Mod+S", false)).toBe("Control+S");
});
