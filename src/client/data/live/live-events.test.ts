import { expect, it, vi } from "vitest";
import { type FlowChangedEvent, liveEventEmitter } from "./live-events.ts";

const changed = (id: string, more: Partial<FlowChangedEvent> = {}): FlowChangedEvent => ({
  type: "flow.changed",
  id,
  change: "updated",
  revision: 2,
  by: { tabId: null, key: null },
  origin: "elsewhere",
  ...more,
});

it("events are published to subscribers until they unsubscribe", () => {
  const listener = vi.fn();
  const leave = liveEventEmitter.subscribe(listener);
  liveEventEmitter.publish({ type: "resync" });
  leave();
  liveEventEmitter.publish({ type: "resync" });
  expect(listener.mock.calls).toEqual([[{ type: "resync" }]]);
});

it("the latest change of a flow by another tab or client is remembered", () => {
  expect(liveEventEmitter.findForeignChange("a")).toBeUndefined();
  liveEventEmitter.publish(changed("a", { revision: 3 }));
  liveEventEmitter.publish(changed("a", { revision: 4, origin: "this-tab" }));
  liveEventEmitter.publish(changed("a", { revision: 3, change: "published", origin: "this-browser" }));
  expect(liveEventEmitter.findForeignChange("a")).toMatchObject({ revision: 3, change: "updated" });
  for (let flow = 0; flow < 100; flow += 1) liveEventEmitter.publish(changed(`other ${flow}`));
  expect(liveEventEmitter.findForeignChange("a")).toBeUndefined();
});
