import { openSaved } from "#client/document/testing/receive.ts";
import { QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { API_FEATURES } from "#contract/features.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { type EditorPageActions, createEditorSession } from "#client/editor/session/editor-session.ts";
import { createStepSelectionStore } from "#client/editor/session/step-selection.ts";
import type { MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";
import { findShortcutConflicts } from "./use-keyboard-shortcuts.ts";
import {
  EDITOR_ACTIONS,
  listFlowMenuEntries,
  listSelectionMenuEntries,
  listStepMenuEntries,
} from "./menus.ts";

test("no shortcut is bound to two actions of one scope", () => {
  expect(findShortcutConflicts(EDITOR_ACTIONS)).toEqual([]);
});

test("the keyboard shortcuts dialog lists every shortcut that a menu shows", () => {
  expect(
    EDITOR_ACTIONS.filter(({ keys, sheetGroup }) => (keys === undefined) !== (sheetGroup === undefined)),
  ).toEqual([]);
});

type EditorSessionOptions = Parameters<typeof createEditorSession>[0];

function openEditor(): Editor {
  const steps = [buildStep("a"), buildConditional("route", [buildStep("x")]), buildStep("b")];
  const flow = { ...buildServerFlow(buildFlow("Digest", steps)), hasUnpublishedChanges: true };
  const client = new QueryClient();
  client.setQueryData<object>(serverCapabilityQueries.current().queryKey, {
    features: Object.fromEntries(API_FEATURES.map((feature) => [feature, true])),
  });
  const options: Partial<EditorSessionOptions> = {
    openFlow: openSaved(flow),
    selection: createStepSelectionStore(undefined),
    page: { current: { client } as EditorPageActions },
  };
  return createEditorSession(options as EditorSessionOptions) as Editor;
}

const namesOf = (entries: readonly MenuItemSeparatorOrSubmenu[]) =>
  entries.flatMap((entry) => (entry.type === "separator" ? [] : [entry.label]));

test.each([
  ["a step", () => listStepMenuEntries(openEditor(), "x" as StepKey), "Delete"],
  ["a conditional", () => listStepMenuEntries(openEditor(), "route" as StepKey), "Delete"],
  [
    "selected steps",
    () => listSelectionMenuEntries(openEditor(), ["a", "b"] as readonly string[] as readonly StepKey[]),
    "Delete",
  ],
  ["the flow", () => listFlowMenuEntries(openEditor()), "Delete flow"],
])("the menu of %s has at most 12 entries, and Delete is the last", (_, list, last) => {
  vi.stubGlobal("location", { pathname: "/flows/1/versions/compare" });
  const names = namesOf(list());
  expect(names.length).toBeGreaterThan(3);
  expect(names.length).toBeLessThanOrEqual(12);
  expect(names.at(-1)).toBe(last);
});

test.each([
  ["are all on", [], ["Switch off"]],
  ["are all off", ["a", "b"], ["Switch on"]],
  ["differ", ["b"], ["Switch off", "Switch on"]],
])("the menu of selected steps that %s offers each switch that changes a step", (_, off, switches) => {
  const editor = openEditor();
  editor.openFlow.edit({
    type: "setEnabled",
    keys: off as readonly string[] as readonly StepKey[],
    enabled: false,
  });
  const entries = listSelectionMenuEntries(editor, ["a", "b"] as readonly string[] as readonly StepKey[]);
  expect(namesOf(entries).filter((name) => name.startsWith("Switch"))).toEqual(switches);
});

test("a submenu without entries is not shown", () => {
  vi.stubGlobal("location", { pathname: "/flows/1" });
  const editor = openEditor();
  expect(namesOf(listFlowMenuEntries(editor))).toContain("Collapse and expand");
  editor.openFlow.edit({ type: "removeSteps", keys: ["route" as StepKey], verb: "delete" });
  expect(namesOf(listFlowMenuEntries(editor))).not.toContain("Collapse and expand");
});

test("actions that edit the flow need the scope to edit, and actions that only show or copy need none", () => {
  const needsOf = (id: string) => EDITOR_ACTIONS.find((action) => action.id === id)?.needs;
  for (const id of "addStepBelow cut delete duplicate moveUp moveInto paste pickUp toggle".split(" "))
    expect(needsOf(id), id).toEqual(["FLOWS:WRITE"]);
  for (const id of ["save", "publish", "rename", "deleteFlow", "duplicateFlow", "saveAsTemplate"])
    expect(needsOf(id), id).toEqual(["FLOWS:WRITE"]);
  for (const id of ["copy", "undo", "discardToSaved", "exportJson", "inspect", "find", "print"])
    expect(needsOf(id), id).toBeUndefined();
  expect(needsOf("run")).toEqual(["FLOWS:EXECUTE", "RECORDS:READ"]);
  expect(needsOf("tryIt")).toEqual(["DISPATCH:EXECUTE"]);
});
