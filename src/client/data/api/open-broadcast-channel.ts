/** Returns undefined if the browser blocks `BroadcastChannel`, for example together with all site data. */
export function openBroadcastChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}
