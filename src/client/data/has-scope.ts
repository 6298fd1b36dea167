import type { Scope } from "#contract/endpoint.ts";
import type { Capabilities } from "#contract/local.ts";

/** Whether the key in use reaches this far. Until the server has said so, it is taken to: a refusal is a sentence anyway. */
export function hasScope(
  server: Pick<Capabilities, "scopes" | "signedIn"> | undefined,
  scope: Scope,
): boolean {
  if (!server?.signedIn) return true;
  const [noun] = scope.split(":");
  return ["*", `${noun}:*`, scope].some((held) => server.scopes.includes(held));
}
