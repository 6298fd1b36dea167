/**
 * A channel to the other tabs of this browser. Undefined where there are none to be had: a browser that keeps nothing for
 * the page, cookies included, may refuse this too.
 */
export function openChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}
