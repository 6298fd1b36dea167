import { expect, it, vi } from "vitest";
import {
  type SignInOrSignOutEvent,
  subscribeToSessionEvents,
  publishSessionEvent,
} from "./session-events.ts";

function stubChannels() {
  const open = new Set<FakeChannel>();
  class FakeChannel extends EventTarget {
    constructor() {
      super();
      open.add(this);
    }

    postMessage(data: unknown) {
      this.send(data);
    }

    send(data: unknown) {
      for (const other of open)
        if (other !== this) other.dispatchEvent(new MessageEvent("message", { data }));
    }

    close() {
      open.delete(this);
    }
  }
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  return { post: (data: unknown) => new FakeChannel().send(data) };
}

it("a tab reports session changes made by other tabs, but not its own", () => {
  const { post } = stubChannels();
  const heard: SignInOrSignOutEvent[] = [];
  subscribeToSessionEvents((event) => heard.push(event));
  publishSessionEvent({ type: "signed-in" });
  expect(heard).toEqual([]);
  const event = { type: "signed-out", identity: "key_a", isDiscarding: true, from: "another-tab" };
  post(event);
  post(undefined);
  expect(heard).toEqual([event, { type: "signed-in" }]);
});
