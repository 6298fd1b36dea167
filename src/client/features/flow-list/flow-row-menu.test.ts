import { expect, it } from "vitest";
import type { FlowListItem } from "#contract/flow.ts";
import type { FlowListRowActionCallbacks } from "./flow-columns.tsx";
import { listFlowRowEntries } from "./flow-row-menu.tsx";

it("the menu of a flow’s row has at most 12 entries, and Delete is the last", () => {
  const flow = { id: "flow_1", name: "Digest" } as FlowListItem;
  const entries = listFlowRowEntries(flow, {} as FlowListRowActionCallbacks, { isFavorite: false });
  const labels = entries.flatMap((entry) => (entry.type === "separator" ? [] : [entry.label]));
  expect(labels.length).toBeLessThanOrEqual(12);
  expect(labels).toContain("Run on records…");
  expect(labels.at(-1)).toBe("Delete");
});

it("without the scope to edit flows, only tags that this browser keeps can be edited", () => {
  const flow = { id: "flow_1", name: "Digest" } as FlowListItem;
  const findTags = (hasOwnTags: boolean) =>
    listFlowRowEntries(flow, {} as FlowListRowActionCallbacks, {
      isFavorite: false,
      viewOnlyReason: "View only.",
      hasOwnTags,
    }).find((entry) => entry.type === "item" && entry.label === "Tags…");
  expect(findTags(false)).toMatchObject({ disabledReason: "View only." });
  expect(findTags(true)).toMatchObject({ disabledReason: undefined });
});
