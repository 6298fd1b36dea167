import { expect, it } from "vitest";
import { ariaShortcut, formatShortcut, shortcutKeys } from "./format-shortcut.ts";

it("writes a shortcut the way the platform's keyboards do", () => {
  expect(formatShortcut("Mod+Shift+S", true)).toBe("⌘⇧S");
  expect(formatShortcut("Mod+Shift+S", false)).toBe("Ctrl+Shift+S");
  expect(formatShortcut("Alt+ArrowUp", false)).toBe("Alt+↑");
});

it("knows the plus key from the plus between keys", () => {
  expect(shortcutKeys("Mod++", false)).toEqual(["Ctrl", "+"]);
  expect(shortcutKeys("+", false)).toEqual(["+"]);
});

it("tells assistive technology the real modifier", () => {
  expect(ariaShortcut("Mod+S", true)).toBe("Meta+S");
  expect(ariaShortcut("Mod+S", false)).toBe("Control+S");
});
