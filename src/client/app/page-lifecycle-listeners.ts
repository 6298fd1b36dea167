import type { QueryClient } from "@tanstack/react-query";
import { LOCAL_MODE_IDENTITY } from "#contract/local.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import {
  serverCapabilityQueries,
  refetchServerCapabilities,
} from "#client/data/queries/capability-queries.ts";
import { serverReachabilityTracker } from "#client/data/api/server-reachability.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { buttonColorClasses } from "#client/ui/controls/button.tsx";

/** A page restored from the back/forward cache then shows an error with Retry instead of staying hidden. */
const PATIENCE_MS = 2000;

/** Call before the router is created, to suppress its `beforeunload` listener while the page is ending. */
export function registerPageLifecycleListeners(client: QueryClient): void {
  addEventListener(
    "beforeunload",
    (event) => pageUserIdentityTracker.isEnding() && event.stopImmediatePropagation(),
    {
      capture: true,
    },
  );
  const coverPage = createCover(client);
  addEventListener("pageshow", ({ persisted }) => {
    const identity = pageUserIdentityTracker.current();
    if (persisted && identity !== undefined && identity !== LOCAL_MODE_IDENTITY) coverPage();
  });
}

/** Hides the page until the server confirms that a user is signed in; without a response, shows an error. */
function createCover(client: QueryClient): () => void {
  const text = document.createElement("p");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Retry";
  button.className = `h-8 rounded-md px-3 text-sm font-medium pointer-coarse:h-10 ${buttonColorClasses.secondary}`;
  const cover = document.createElement("div");
  cover.setAttribute("role", "alert");
  cover.className =
    "fixed inset-0 flex flex-col items-center justify-center gap-4 bg-canvas px-4 text-center text-ink";
  cover.append(text, button);

  let isChecking = false;
  const showTrouble = (reason: string) => {
    text.textContent = reason;
    if (cover.isConnected) return;
    document.documentElement.append(cover);
    button.focus();
  };
  const check = async () => {
    if (isChecking) return;
    isChecking = true;
    const timer = setTimeout(() => showTrouble("Waiting for the server…"), PATIENCE_MS);
    try {
      await refetchServerCapabilities(client);
      const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
      if (server?.signedIn !== true) return location.reload();
      cover.remove();
      document.body.hidden = false;
    } catch (error) {
      serverReachabilityTracker.report(error);
      showTrouble(describeRequestErrorForUser(error));
    } finally {
      clearTimeout(timer);
      isChecking = false;
    }
  };
  button.addEventListener("click", () => void check());
  serverReachabilityTracker.subscribe((isOffline) => {
    if (cover.isConnected && !isOffline) void check();
  });
  return () => {
    document.body.hidden = true;
    void check();
  };
}
