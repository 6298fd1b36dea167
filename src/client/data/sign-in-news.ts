import { openChannel } from "./open-channel.ts";

const CHANNEL = "flowline-sign-in";

/** Lets the other tabs of this browser know: the session is theirs too. */
export function tellSignIn(): void {
  const channel = openChannel(CHANNEL);
  // The rule is about windows: a channel has one origin, and takes no other.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel?.postMessage(undefined);
  channel?.close();
}

/** Calls `listener` whenever somebody has signed in in another tab. */
export function onSignIn(listener: () => void): void {
  openChannel(CHANNEL)?.addEventListener("message", listener);
}
