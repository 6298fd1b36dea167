import { expect, it } from "vitest";
import { type SidePanel, createSidePanelStore, listShownPanels } from "./side-panels.ts";

const open: readonly SidePanel[] = ["problems", "pane", "testRun"];

it.each([
  [3, true, ["problems", "pane", "testRun"]],
  [3, false, ["problems", "testRun"]],
  [2, true, ["pane", "testRun"]],
  [2, false, ["testRun"]],
  [1, true, ["testRun"]],
  [1, false, ["testRun"]],
] as const)(
  "shows the panels opened last in %i columns, with the pane open: %s",
  (columns, isPaneOpen, shown) => expect(listShownPanels(open, { columns, isPaneOpen })).toEqual(shown),
);

it("shows the panel below one that is closed, or whose step is no longer selected", () => {
  const panels = createSidePanelStore();
  panels.show("problems");
  panels.show("testRun");
  panels.show("pane");
  const shown = (isPaneOpen: boolean) => listShownPanels(panels.getState(), { columns: 1, isPaneOpen });
  expect(shown(true)).toEqual(["pane"]);
  expect(shown(false)).toEqual(["testRun"]);
  panels.close("testRun");
  expect(shown(false)).toEqual(["problems"]);
});
