import { waitAtMost } from "#server/domain/wait-at-most.ts";
import { convertToFetchResponse } from "./answer.ts";
import { createHttpErrorForStoreFailure } from "./http-error-response.ts";
import type { HonoApp, HttpAppDependencies } from "./http-app-dependencies.ts";

/** Probes of load balancers wait a few seconds, while a frozen database would hold up a query for a minute. */
const STORE_MS = 2000;

/** Serves `/healthz`, which only says that the process answers, and `/readyz`, which asks the store too. */
export function mountProbes(app: HonoApp, { config, store, queue, progress }: HttpAppDependencies): void {
  app.get("/healthz", () => {
    const body = JSON.stringify({ ok: true, progress: progress?.text });
    return convertToFetchResponse({ status: 200, body });
  });
  let pending: Promise<boolean> | undefined;
  // Shares a query that has no answer yet: with one for each probe, a frozen database would use up the pool.
  const askStore = () =>
    (pending ??= (store?.ping() ?? Promise.resolve())
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        pending = undefined;
      }));
  app.get("/readyz", async () => {
    if (!(await waitAtMost(STORE_MS, askStore()))) throw createHttpErrorForStoreFailure("away");
    // Stays ready without workers: the dashboard works, and a restart of this server would not help.
    const reading =
      config.role === "web" && queue
        ? await waitAtMost(STORE_MS, queue.read()).catch(() => undefined)
        : undefined;
    const warnings = reading?.warning === undefined ? undefined : [reading.warning];
    return convertToFetchResponse({ status: 200, body: JSON.stringify({ ok: true, warnings }) });
  });
}
