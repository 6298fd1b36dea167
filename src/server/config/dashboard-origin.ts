import type { ServerConfig } from "./config.ts";

/** Returns the address of the dashboard without a trailing slash. A server without a public address is on loopback. */
export function getDashboardOrigin({ publicUrl }: Pick<ServerConfig, "publicUrl">, port: number): string {
  return publicUrl ?? `http://localhost:${port}`;
}
