import { expect, test } from "vitest";
import { type EditorAction, defineEditorAction } from "./define-action.ts";
import { findShortcutConflicts } from "./use-action-keys.ts";
import { SHORTCUTS_HANDLED_BY_CONTROLS } from "./help.ts";
import { EDITOR_ACTIONS } from "./menus.ts";

test("no shortcut is bound to two actions of one scope", () => {
  expect(findShortcutConflicts(EDITOR_ACTIONS)).toEqual([]);
});

test("every action has its own id and a label", () => {
  const all = [...EDITOR_ACTIONS, ...SHORTCUTS_HANDLED_BY_CONTROLS];
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(all.filter(({ label }) => label.trim() === "")).toEqual([]);
});

test("the keyboard shortcuts dialog lists every shortcut that a menu shows", () => {
  expect(
    EDITOR_ACTIONS.filter(({ keys, sheetGroup }) => (keys === undefined) !== (sheetGroup === undefined)),
  ).toEqual([]);
});

test("the type checker rejects an action without a label or with an unknown scope", () => {
  const run = () => undefined;
  // @ts-expect-error An action needs a label.
  const unlabeled: EditorAction = defineEditorAction({ id: "a", scope: "row", run });
  // @ts-expect-error The scope does not exist.
  const misplaced: EditorAction = defineEditorAction({ id: "b", label: "B", scope: "column", run });
  expect([unlabeled.id, misplaced.id]).toEqual(["a", "b"]);
});
