import { openBroadcastChannel } from "#client/data/api/open-broadcast-channel.ts";
import { currentBrowserTabId } from "#client/data/api/tab-id.ts";

const CHANNEL = "flowline-sign-in";

export type SignInOrSignOutEvent =
  | { readonly type: "signed-in" }
  | { readonly type: "signed-out"; readonly identity: string; readonly isDiscarding: boolean };

export function publishSessionEvent(event: SignInOrSignOutEvent): void {
  const channel = openBroadcastChannel(CHANNEL);
  // Disables a lint rule for `window.postMessage`: a `BroadcastChannel` has no target origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel?.postMessage({ ...event, from: currentBrowserTabId });
  channel?.close();
}

type Message = SignInOrSignOutEvent & { readonly from?: string };

/** Tabs of an older release send no data, which means `signed-in`. */
export function subscribeToSessionEvents(listener: (event: SignInOrSignOutEvent) => void): void {
  openBroadcastChannel(CHANNEL)?.addEventListener(
    "message",
    ({ data }: MessageEvent<Message | undefined>) => {
      // Ignores messages from this page: a channel receives messages of other channel objects in the same page.
      if (data?.from !== currentBrowserTabId) listener(data ?? { type: "signed-in" });
    },
  );
}
