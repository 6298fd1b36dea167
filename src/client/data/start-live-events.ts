import { type QueryClient, QueryObserver } from "@tanstack/react-query";
import type { Capabilities } from "#contract/local.ts";
import { capabilityQueries } from "./capability-queries.ts";
import { hasScope } from "./has-scope.ts";
import { whenIdle } from "./when-idle.ts";

const RETRY_MS = 30_000;

/**
 * Follows the server's events for as long as it has some for whoever is signed in. That begins once the page has nothing
 * more urgent to do: what happened since it began to load is not missed.
 */
export function startLiveEvents(client: QueryClient): void {
  // Only looks on: the page asks for the capabilities itself.
  const server = new QueryObserver(client, { ...capabilityQueries.current(), enabled: false });
  let isWanted = false;
  let stop: (() => void) | undefined;

  const begin = () =>
    void import("./follow-events.ts").then(
      ({ followEvents }) => {
        if (isWanted && !stop) stop = followEvents(client, server.getCurrentResult().data?.eventsSince);
      },
      () => setTimeout(() => isWanted && begin(), RETRY_MS),
    );

  server.subscribe(({ data }) => {
    const wants = data !== undefined && mayHear(data);
    if (wants === isWanted) return;
    isWanted = wants;
    if (isWanted) return whenIdle(begin);
    stop?.();
    stop = undefined;
  });
}

function mayHear(server: Capabilities): boolean {
  return server.events && server.signedIn && hasScope(server, "FLOWS:READ");
}
