import { expect, test } from "vitest";
import { type EditorAction, type ShortcutScope, defineEditorAction } from "./define-action.ts";
import {
  type KeyboardShortcutContext,
  findActionsOfShortcut,
  formatShortcutOfKeyEvent,
  isTypingRevertible,
  trackTyping,
} from "./use-keyboard-shortcuts.ts";

const action = (id: string, scope: ShortcutScope, rest: Partial<EditorAction> = {}): EditorAction =>
  defineEditorAction({ label: id, keys: ["Escape"], run: () => undefined, ...rest, id, scope });
const context = ({
  scopes = [],
  barriers = [],
  areSingleKeysOn = true,
}: Partial<ContextOptions> = {}): KeyboardShortcutContext => ({
  scopes: new Set(scopes),
  barriers: new Set(barriers),
  areSingleKeysOn,
});
interface ContextOptions {
  readonly scopes: Iterable<ShortcutScope>;
  readonly barriers: KeyboardShortcutContext["barriers"] extends ReadonlySet<infer B> ? readonly B[] : never;
  readonly areSingleKeysOn: boolean;
}
const idsOf = (actions: readonly EditorAction[]) => actions.map(({ id }) => id);

const everywhere = [
  action("page", "page"),
  action("steps", "steps"),
  action("row", "row"),
  action("drag", "drag"),
];

test("a shortcut prefers the actions of a drag to those of a row, and these to the actions of the page", () => {
  const scopes = ["page", "steps", "row", "drag"] as const;
  expect(idsOf(findActionsOfShortcut(everywhere, "Escape", context({ scopes })))).toEqual(
    "drag row steps page".split(" "),
  );
  expect(idsOf(findActionsOfShortcut(everywhere, "Escape", context({ scopes: ["page", "row"] })))).toEqual([
    "row",
    "page",
  ]);
});

test("a shortcut runs no action of the page while a dialog, a text field or a drag handles the keyboard", () => {
  const scopes = ["page", "steps", "row", "drag"] as const;
  for (const barrier of ["dialog", "text"] as const)
    expect(findActionsOfShortcut(everywhere, "Escape", context({ scopes, barriers: [barrier] }))).toEqual([]);
  expect(idsOf(findActionsOfShortcut(everywhere, "Escape", context({ scopes, barriers: ["drag"] })))).toEqual(
    ["drag"],
  );
});

test("a shortcut runs an action of the Steps view only while that view is open", () => {
  const find = action("find", "page", { keys: ["Mod+F"], isStepsViewOnly: true });
  const findIn = (scopes: readonly ShortcutScope[]) =>
    idsOf(findActionsOfShortcut([find], "Mod+F", context({ scopes })));
  expect(findIn(["page", "steps"])).toEqual(["find"]);
  expect(findIn(["page"])).toEqual([]);
});

test("a shortcut works in a text field or dialog only if its action allows this", () => {
  const save = action("save", "page", { keys: ["Mod+S"], worksIn: ["text"] });
  const find = (barriers: ContextOptions["barriers"]) =>
    idsOf(findActionsOfShortcut([save], "Mod+S", context({ scopes: ["page"], barriers })));
  expect(find(["text"])).toEqual(["save"]);
  expect(find(["text", "dialog"])).toEqual([]);
});

test("a single-character shortcut does nothing in text fields or while such shortcuts are disabled", () => {
  const help = action("help", "page", { keys: ["?", "Mod+/"], worksIn: ["text"] });
  const find = (shortcut: string, options: Partial<ContextOptions>) =>
    idsOf(findActionsOfShortcut([help], shortcut, context({ scopes: ["page"], ...options })));
  expect(find("?", {})).toEqual(["help"]);
  expect(find("?", { barriers: ["text"] })).toEqual([]);
  expect(find("?", { areSingleKeysOn: false })).toEqual([]);
  expect(find("Mod+/", { barriers: ["text"], areSingleKeysOn: false })).toEqual(["help"]);
});

test("a clipboard shortcut runs no action on keydown, because the browser sends a clipboard event", () => {
  const copy = action("copy", "steps", {
    keys: ["Mod+C"],
    clipboard: { type: "copy", run: () => undefined },
  });
  expect(findActionsOfShortcut([copy], "Mod+C", context({ scopes: ["steps"] }))).toEqual([]);
});

test("a key event is formatted independently of keyboard layout and platform", () => {
  const format = (key: string, held: Partial<Parameters<typeof formatShortcutOfKeyEvent>[0]> = {}) =>
    formatShortcutOfKeyEvent({
      key,
      altKey: false,
      ctrlKey: false,
      metaKey: false,
      shiftKey: false,
      ...held,
    });
  expect(format("z", { ctrlKey: true })).toBe("Mod+Z");
  expect(format("Z", { metaKey: true, shiftKey: true })).toBe("Mod+Shift+Z");
  expect(format("?", { shiftKey: true })).toBe("?");
  expect(format("/", { ctrlKey: true, shiftKey: true })).toBe("Mod+/");
  expect(format(" ")).toBe("Space");
  expect(format("ArrowLeft", { altKey: true, shiftKey: true })).toBe("Alt+Shift+ArrowLeft");
});

const focusField = (value?: string) => {
  const field = { value };
  const send = (type: string, inputType?: string) =>
    trackTyping({ type, target: field as unknown as EventTarget, ...(inputType && { inputType }) });
  const input = (inputType: string, text: string) => {
    send("beforeinput", inputType);
    field.value = text;
    send("input", inputType);
  };
  send("focusin");
  return { field, send, input };
};

test("a field has typing to undo from its first input until undo restores the text before that input", () => {
  const { field, input } = focusField("Crawl website");
  expect(isTypingRevertible(true)).toBe(false);
  // An undo of the flow changes the text too, before the user types.
  field.value = "Crawl";
  input("insertText", "Crawler");
  expect(isTypingRevertible(true)).toBe(true);
  expect(isTypingRevertible(false)).toBe(false);
  input("historyUndo", "Crawl");
  expect(isTypingRevertible(true)).toBe(false);
  expect(isTypingRevertible(false)).toBe(true);
});

test("typing can be undone after the window had lost the focus, but not after another field had the focus", () => {
  const name = focusField("a");
  name.input("insertText", "ab");
  name.send("focusin");
  expect(isTypingRevertible(true)).toBe(true);
  focusField("b");
  name.send("focusin");
  expect(isTypingRevertible(true)).toBe(false);
});
