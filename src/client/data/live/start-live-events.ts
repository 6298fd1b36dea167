import { type QueryClient, QueryObserver } from "@tanstack/react-query";
import {
  hasSignedInUserApiScope,
  offersFeature,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { runWhenBrowserIdle } from "#client/data/api/run-when-browser-idle.ts";

const RETRY_MS = 30_000;

/** Starts from the position that the page was served with, so that no event since its first reads is lost. */
export function startLiveEventSubscription(client: QueryClient): void {
  // Does not fetch: the page itself fetches the capabilities.
  const server = new QueryObserver(client, { ...serverCapabilityQueries.current(), enabled: false });
  let isWanted = false;
  let stop: (() => void) | undefined;

  const begin = () =>
    void import("./subscribe-to-server-events.ts").then(
      ({ subscribeToServerEvents }) => {
        const since = document.querySelector<HTMLMetaElement>("meta[name=events-since]")?.content;
        if (isWanted && !stop) stop = subscribeToServerEvents(client, since);
      },
      () => setTimeout(() => isWanted && begin(), RETRY_MS),
    );

  server.subscribe(({ data }) => {
    const wants =
      offersFeature(data, "events") && !!data?.signedIn && hasSignedInUserApiScope(data, "FLOWS:READ");
    if (wants === isWanted) return;
    isWanted = wants;
    if (isWanted) return runWhenBrowserIdle(begin);
    stop?.();
    stop = undefined;
  });
}
