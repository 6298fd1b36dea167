import { expect, test } from "vitest";
import { type EditorAction, type ShortcutScope, defineEditorAction } from "./define-action.ts";
import {
  type KeyboardShortcutContext,
  findEditorActionsAvailableForShortcut,
  findShortcutConflicts,
  formatShortcutOfKeyEvent,
  isTypingRevertible,
  trackTyping,
} from "./use-action-keys.ts";

const action = (id: string, scope: ShortcutScope, rest: Partial<EditorAction> = {}): EditorAction =>
  defineEditorAction({ label: id, keys: ["Escape"], run: () => undefined, ...rest, id, scope });
const place = ({
  scopes = [],
  barriers = [],
  areSingleKeysOn = true,
}: Partial<PlaceOptions> = {}): KeyboardShortcutContext => ({
  scopes: new Set(scopes),
  barriers: new Set(barriers),
  areSingleKeysOn,
});
interface PlaceOptions {
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

test("prefers actions of a drag to those of a row, and those of a row to those of the page", () => {
  const scopes = ["page", "steps", "row", "drag"] as const;
  expect(idsOf(findEditorActionsAvailableForShortcut(everywhere, "Escape", place({ scopes })))).toEqual([
    "drag",
    "row",
    "steps",
    "page",
  ]);
  expect(
    idsOf(findEditorActionsAvailableForShortcut(everywhere, "Escape", place({ scopes: ["page", "row"] }))),
  ).toEqual(["row", "page"]);
});

test("ignores actions of the page while a dialog, a text field or a drag handles the keyboard", () => {
  const scopes = ["page", "steps", "row", "drag"] as const;
  for (const barrier of ["dialog", "text"] as const)
    expect(
      findEditorActionsAvailableForShortcut(everywhere, "Escape", place({ scopes, barriers: [barrier] })),
    ).toEqual([]);
  expect(
    idsOf(findEditorActionsAvailableForShortcut(everywhere, "Escape", place({ scopes, barriers: ["drag"] }))),
  ).toEqual(["drag"]);
});

test("runs an action of the Steps view only while that view is open", () => {
  const find = action("find", "page", { keys: ["Mod+F"], isStepsViewOnly: true });
  const findIn = (scopes: readonly ShortcutScope[]) =>
    idsOf(findEditorActionsAvailableForShortcut([find], "Mod+F", place({ scopes })));
  expect(findIn(["page", "steps"])).toEqual(["find"]);
  expect(findIn(["page"])).toEqual([]);
});

test("runs an action in a text field or dialog only if the action allows it", () => {
  const save = action("save", "page", { keys: ["Mod+S"], worksIn: ["text"] });
  const find = (barriers: PlaceOptions["barriers"]) =>
    idsOf(findEditorActionsAvailableForShortcut([save], "Mod+S", place({ scopes: ["page"], barriers })));
  expect(find(["text"])).toEqual(["save"]);
  expect(find(["text", "dialog"])).toEqual([]);
});

test("ignores single-character keys in text fields, and when they are disabled", () => {
  const help = action("help", "page", { keys: ["?", "Mod+/"], worksIn: ["text"] });
  const find = (shortcut: string, options: Partial<PlaceOptions>) =>
    idsOf(findEditorActionsAvailableForShortcut([help], shortcut, place({ scopes: ["page"], ...options })));
  expect(find("?", {})).toEqual(["help"]);
  expect(find("?", { barriers: ["text"] })).toEqual([]);
  expect(find("?", { areSingleKeysOn: false })).toEqual([]);
  expect(find("Mod+/", { barriers: ["text"], areSingleKeysOn: false })).toEqual(["help"]);
});

test("runs no action for clipboard keys, which the browser handles", () => {
  const copy = action("copy", "steps", {
    keys: ["Mod+C"],
    clipboard: { type: "copy", run: () => undefined },
  });
  expect(findEditorActionsAvailableForShortcut([copy], "Mod+C", place({ scopes: ["steps"] }))).toEqual([]);
});

test("reports two actions with the same key in one scope, including synonyms of a key", () => {
  expect(findShortcutConflicts([action("a", "row"), action("b", "steps")])).toEqual([]);
  expect(
    findShortcutConflicts([action("a", "row"), action("b", "row", { keys: ["F2"], hiddenKeys: ["Escape"] })]),
  ).toEqual(["Escape in the scope “row” is bound to “a” and to “b”."]);
});

test("normalizes keys regardless of keyboard layout and platform", () => {
  const stroke = (key: string, held: Partial<Parameters<typeof formatShortcutOfKeyEvent>[0]> = {}) =>
    formatShortcutOfKeyEvent({
      key,
      altKey: false,
      ctrlKey: false,
      metaKey: false,
      shiftKey: false,
      ...held,
    });
  expect(stroke("z", { ctrlKey: true })).toBe("Mod+Z");
  expect(stroke("Z", { metaKey: true, shiftKey: true })).toBe("Mod+Shift+Z");
  expect(stroke("?", { shiftKey: true })).toBe("?");
  expect(stroke("/", { ctrlKey: true, shiftKey: true })).toBe("Mod+/");
  expect(stroke(" ")).toBe("Space");
  expect(stroke("ArrowLeft", { altKey: true, shiftKey: true })).toBe("Alt+Shift+ArrowLeft");
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

test("a field has typing to undo from its first input until its undo restores the text before", () => {
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

test("a field keeps its typing when the window gets the focus again, but not when another field had it", () => {
  const name = focusField("a");
  name.input("insertText", "ab");
  name.send("focusin");
  expect(isTypingRevertible(true)).toBe(true);
  focusField("b");
  name.send("focusin");
  expect(isTypingRevertible(true)).toBe(false);
});

test("a code editor is always asked first, since it has a history of its own", () => {
  focusField();
  expect(isTypingRevertible(true)).toBe(true);
});
