import { expect, it, vi } from "vitest";
import { type FlowChangedEvent, liveEvents } from "./live-events.ts";
import { findOrigin, tabId } from "./tab-id.ts";

const changed = (id: string, more: Partial<FlowChangedEvent> = {}): FlowChangedEvent => ({
  type: "flow.changed",
  id,
  change: "updated",
  revision: 2,
  by: { tabId: null, key: null },
  origin: "elsewhere",
  ...more,
});

it("tells whoever subscribed, until they leave", () => {
  const listener = vi.fn();
  const leave = liveEvents.subscribe(listener);
  liveEvents.tell({ type: "resync" });
  leave();
  liveEvents.tell({ type: "resync" });
  expect(listener.mock.calls).toEqual([[{ type: "resync" }]]);
});

it("remembers whose the version of a flow is that did not come from this tab", () => {
  expect(liveEvents.findForeignChange("a")).toBeUndefined();
  liveEvents.tell(changed("a", { revision: 3 }));
  liveEvents.tell(changed("a", { revision: 4, origin: "this-tab" }));
  liveEvents.tell(changed("a", { revision: 3, change: "published", origin: "this-browser" }));
  expect(liveEvents.findForeignChange("a")).toMatchObject({ revision: 3, change: "updated" });
  for (let flow = 0; flow < 100; flow += 1) liveEvents.tell(changed(`other ${flow}`));
  expect(liveEvents.findForeignChange("a")).toBeUndefined();
});

it("knows this tab and others of this browser by the names that they give themselves", () => {
  const [browser] = tabId.split("-");
  expect(findOrigin(tabId)).toBe("this-tab");
  expect(findOrigin(`${browser}-tab_2`)).toBe("this-browser");
  expect([findOrigin(null), findOrigin("browser_x-tab_1"), findOrigin(`${browser}`)]).toEqual([
    "elsewhere",
    "elsewhere",
    "elsewhere",
  ]);
});
