import { DrizzleQueryError } from "drizzle-orm";
import { AccountStore } from "./cloud/account-store.ts";
import type { ServerConfig } from "./config/config.ts";
import { type ServerLogger, createLogger } from "./telemetry/create-logger.ts";
import { describeErrorForLog } from "./domain/describe-error.ts";
import { openEventHub } from "./events/open-event-hub.ts";
import type { HonoApp, HttpAppDependencies } from "./http/http-app-dependencies.ts";
import { createHttpApp } from "./app/create-http-app.ts";
import { getDashboardOrigin } from "./config/dashboard-origin.ts";
import { listSecretTextsToRedact } from "./config/run-config.ts";
import { Scheduler } from "./schedules/scheduler.ts";
import { openRunService } from "./runs/open-run-service.ts";
import { type StepIndexFiller, startStepIndexFiller } from "./flows/step-index/fill-index.ts";
import { seedStoreWithSamples } from "./seed/seed-store.ts";
import { findDataDirectoryProblem, hasStoreMarkerFile } from "./store/data-directory.ts";
import { openEmbeddedStore } from "./store/embedded-store.ts";
import type { ReportProgress } from "./store/migrate.ts";
import type { StartProgress } from "./start-progress.ts";
import { pauseRowsOfRemovedKeys } from "./store/pause-rows-of-removed-keys.ts";
import { openPostgresStore } from "./store/postgres-store.ts";
import { startStepResultMaintainer } from "./store/step-result-maintainer.ts";
import { StartupError } from "./domain/startup-error.ts";
import { getStoreFailureKind } from "./store/store-failure.ts";
import type { Store } from "./store/store.ts";
import { QueueMonitor } from "./telemetry/queue-monitor.ts";
import { ServerMetrics } from "./telemetry/server-metrics.ts";

export interface OpenedServer {
  readonly app: HonoApp;
  /** Ends event streams and runs. Their open responses would otherwise prevent the HTTP server from closing. */
  endStreams(): void;
  close(): Promise<void>;
}

/** Opens the store, seeds a new embedded store, and creates the application. Throws `StartupError`. */
export async function openServer(
  config: ServerConfig,
  {
    onLost,
    progress,
    openStoreOf = openStore,
    ...rest
  }: Pick<HttpAppDependencies, "port" | "clientDirectory"> & {
    readonly progress: StartProgress;
    /** Replaces `openStore` for `npm run dev`, which keeps one store while servers come and go. */
    readonly openStoreOf?: typeof openStore;
    /** Called if another server takes over the data directory, so that this server must stop using it. */
    readonly onLost: (error: Error) => void;
  },
): Promise<OpenedServer> {
  const logger = createLogger(config.logLevel, [
    ...listSecretTextsToRedact(config.runs),
    config.upstream?.key ?? "",
  ]);
  for (const warning of config.warnings) logger.warn(warning);
  progress.logTo((text) => logger.info(text));
  const onProgress = (text: string) => progress.report(text);
  // In cloud mode, the platform stores the flows; a start only needs a store for the sessions of this server's API keys.
  const needsStore = !config.upstream || config.apiKeys.length > 0;
  const store = needsStore ? await openStoreOf(config, logger, { onLost, onProgress }) : undefined;
  try {
    if (store?.kind === "embedded" && config.seed && !config.upstream) {
      const { extraStepTypes } = config;
      onProgress("Adding sample flows…");
      const made = await seedStoreWithSamples({
        store,
        now: Date.now,
        extras: true,
        extraStepTypes,
        dashboardOrigin: () => getDashboardOrigin(config, rest.port()),
      });
      if (made > 0)
        logger.info(
          `The store was empty: it now holds ${made} sample flows (FLOWLINE_SEED=0 leaves it empty).`,
        );
    }
    if (store && !config.upstream && config.apiKeys.length > 0) {
      const paused = await store.write((tx) => pauseRowsOfRemovedKeys(tx, config.apiKeys));
      if (paused.schedules + paused.alerts > 0)
        logger.warn(paused, "paused the schedules and alerts of API keys that were removed");
    }
    const isWorker = config.role === "worker";
    progress.report(undefined);
    const events = isWorker ? undefined : await openEventHub(config, store);
    const accountStore =
      config.upstream &&
      new AccountStore({
        account: config.upstream,
        logger,
        open: async (onStoreLost) => {
          if (store) return store;
          const callbacks = { onLost: onStoreLost, onProgress: () => undefined };
          const opened = await openStoreOf(config, logger, callbacks);
          try {
            await events?.listenTo(opened);
            return opened;
          } catch (error) {
            await opened.close().catch(() => undefined);
            throw error;
          }
        },
        exists: () =>
          store !== undefined || config.databaseUrl !== undefined || hasStoreMarkerFile(config.dataDirectory),
        findObstacle: () => findDataDirectoryProblem(config.dataDirectory),
      });
    const metrics = new ServerMetrics();
    const dashboardOrigin = () => getDashboardOrigin(config, rest.port());
    const runs = await openRunService(config, store, { logger, metrics, dashboardOrigin });
    const scheduler = runs && new Scheduler(runs);
    scheduler?.start();
    const monotonic = () => performance.now();
    const queue = store && runs ? new QueueMonitor({ store, now: Date.now, monotonic, logger }) : undefined;
    if (config.role === "web") queue?.watch();
    const app = await createHttpApp({
      config,
      store,
      accountStore,
      events,
      runs,
      scheduler,
      logger,
      metrics,
      queue,
      progress,
      now: Date.now,
      monotonic,
      ...rest,
    });
    const filler =
      store && !config.upstream && !isWorker ? fillStepIndex(store, logger, progress) : undefined;
    const maintainer =
      store && !config.upstream
        ? startStepResultMaintainer(store, {
            now: Date.now,
            retentionDays: config.runs.retentionDays,
            onError: createWarner(
              logger,
              "could not create partitions for upcoming step results; results are still stored, retrying in an hour",
            ),
          })
        : undefined;
    return {
      app,
      endStreams: () => {
        events?.end();
        void scheduler?.stop();
        void runs?.stop();
      },
      close: async () => {
        queue?.stop();
        await filler?.close();
        await maintainer?.close();
        await scheduler?.stop();
        await runs?.close();
        await (store ?? accountStore)?.close();
      },
    };
  } catch (error) {
    await store?.close().catch(() => undefined);
    throw explainStart(error);
  }
}

function fillStepIndex(store: Store, logger: ServerLogger, progress: StartProgress): StepIndexFiller {
  return startStepIndexFiller(store, {
    onProgress: (added, total) => progress.report(`Indexing steps of flows: ${added} of ${total}…`),
    onAdded: (flows) => {
      progress.report(undefined);
      logger.info(`Added ${flows} flows to the index of steps.`);
    },
    onError: createWarner(logger, "could not update the step index; retrying"),
  });
}

function createWarner(logger: ServerLogger, text: string): (error: unknown) => void {
  return (error) => {
    logger.warn({ err: describeErrorForLog(error) }, text);
  };
}

/** Opens the store that the settings name, and migrates it. Throws a `StartupError` if that is not possible. */
export function openStore(
  config: ServerConfig,
  logger: ServerLogger,
  { onLost, onProgress }: { readonly onLost: (error: Error) => void; readonly onProgress: ReportProgress },
): Promise<Store> {
  const warn = (text: string) => createWarner(logger, text);
  if (config.databaseUrl !== undefined) {
    return openPostgresStore({
      url: config.databaseUrl,
      listenUrl: config.databaseListenUrl,
      poolSize: config.databasePool,
      onLostConnection: warn("lost an idle database connection"),
      onWarning: (text) => logger.warn(text),
      onProgress,
    });
  }
  return openEmbeddedStore(config.dataDirectory, {
    onLost,
    onProgress,
    onTrouble: warn("the embedded database crashed; reopening it"),
    onWait: (milliseconds) => {
      const seconds = Math.ceil(milliseconds / 1000);
      logger.warn(
        `Another Flowline server, on another host, may still use ${config.dataDirectory}. Waiting ${seconds} s for its heartbeat.`,
      );
    },
  });
}

function explainStart(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError || getStoreFailureKind(error))) return error;
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  const text = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
  return new StartupError(
    `The store cannot be used (${text}); restore it from a backup, or use another one.`,
    {
      cause: error,
    },
  );
}
