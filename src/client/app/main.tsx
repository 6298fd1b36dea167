import "./styles.css";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type AnyRouter, RouterProvider } from "@tanstack/react-router";
import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { pendingDeletionScheduler } from "#client/data/mutations/pending-deletions.ts";
import { createQueryClient } from "#client/data/queries/query-client.ts";
import { readUnacknowledgedDeletions } from "#client/data/mutations/unacknowledged-deletions.ts";
import { startLiveEventSubscription } from "#client/data/live/start-live-events.ts";
import { installCspNonce } from "#client/ui/code/csp-nonce.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { registerPageLifecycleListeners } from "./page-lifecycle-listeners.ts";
import { openCommandPaletteOnShortcut } from "./open-palette.ts";
import { createAppRouter } from "./router.tsx";

const PATIENCE_MS = 300;

// Runs before the first render: the content security policy allows the style elements of dialogs only with the nonce.
installCspNonce();

// In a task of its own: together with the evaluation of the modules it would block a slow phone for too long.
setTimeout(start);

function start(): void {
  let upgradeToast = -1;
  const queryClient = createQueryClient(({ reason, url }) => {
    // Several requests that exceed the same plan limit show only one toast.
    toasts.dismiss(upgradeToast);
    upgradeToast = toasts.show({
      text: reason,
      tone: "danger",
      link: { label: "Upgrade", href: url },
      durationMs: 60_000,
    });
  });
  startLiveEventSubscription(queryClient);
  registerPageLifecycleListeners(queryClient);
  const router = createAppRouter(queryClient);

  const reportFailedDeletions = () => {
    if (readUnacknowledgedDeletions().length === 0) return;
    import("./report-deletions.ts")
      .then((part) => part.reportFailedDeletions(queryClient))
      .catch(() => undefined);
  };
  addEventListener("keydown", openCommandPaletteOnShortcut, { capture: true });
  addEventListener("pagehide", pendingDeletionScheduler.sendNow);
  addEventListener("pageshow", ({ persisted }) => persisted && reportFailedDeletions());
  reportFailedDeletions();

  const root = document.querySelector("#root");
  if (!root) throw new Error("index.html has no #root");
  const reactRoot = createRoot(root);

  void untilReady(router, queryClient).then(() =>
    // In slices, which a slow phone can answer a tap between.
    startTransition(() =>
      reactRoot.render(
        <StrictMode>
          <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </StrictMode>,
      ),
    ),
  );
}

/** Resolves after {@link PATIENCE_MS} at the latest, so that the page usually renders once, without skeletons. */
async function untilReady(router: AnyRouter, client: QueryClient): Promise<void> {
  const untilRead = () =>
    new Promise<void>((resolve) => {
      const stop = client.getQueryCache().subscribe(check);
      function check() {
        if (client.isFetching() > 0) return;
        stop();
        resolve();
      }
      check();
    });
  const patience = new Promise<void>((resolve) => {
    setTimeout(resolve, PATIENCE_MS);
  });
  // A page whose code is loaded has begun to read.
  const ready = router.load().then(untilRead, untilRead);
  // Deletes responses that the first page did not use, because these would be stale for a later page.
  void ready.then(() => delete globalThis.flowlineFirstRequests);
  await Promise.race([ready, patience]);
}
