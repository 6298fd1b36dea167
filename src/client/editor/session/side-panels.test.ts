import { expect, it } from "vitest";
import { createSidePanelStore, listShownPanels } from "./side-panels.ts";

const open = ["problems", "pane", "testRun"] as const;

it.each([
  [3, true, ["problems", "pane", "testRun"]],
  [3, false, ["problems", "testRun"]],
  [2, true, ["pane", "testRun"]],
  [2, false, ["testRun"]],
  [1, true, ["testRun"]],
  [1, false, ["testRun"]],
  [0, true, ["pane", "testRun"]],
] as const)(
  "shows the panels opened last in %i columns, with the pane open: %s",
  (columns, isPaneOpen, shown) => expect(listShownPanels(open, { columns, isPaneOpen })).toEqual(shown),
);

it("shows the panel below one that is closed, or whose step is no longer selected", () => {
  const panels = createSidePanelStore([]);
  panels.show("problems");
  panels.show("testRun");
  panels.show("pane");
  const shown = (isPaneOpen: boolean) => listShownPanels(panels.getState().open, { columns: 1, isPaneOpen });
  expect(shown(true)).toEqual(["pane"]);
  expect(shown(false)).toEqual(["testRun"]);
  panels.close("testRun");
  expect(shown(false)).toEqual(["problems"]);
});

it("opens the sheet of the overview in place of the other sheets, and closes it when columns take its place", () => {
  const panels = createSidePanelStore([]);
  panels.followColumns(0);
  panels.show("problems");
  panels.showOverview();
  expect(panels.getState()).toEqual({ open: ["pane"], isOverviewOpen: true });
  panels.followColumns(3);
  expect(panels.getState().isOverviewOpen).toBe(false);
});
