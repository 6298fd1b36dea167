import { pino } from "pino";
import type { Config } from "./config.ts";
import { describeError } from "./describe-error.ts";
import { openEventHub } from "./events/open-event-hub.ts";
import type { App, AppContext, ServerLogger } from "./http/app-context.ts";
import { createApp } from "./http/create-app.ts";
import { openRunService } from "./runs/open-run-service.ts";
import { seedStore } from "./seed/seed-store.ts";
import { openEmbeddedStore } from "./store/embedded-store.ts";
import { openPostgresStore } from "./store/postgres-store.ts";
import type { Store } from "./store/store.ts";

export interface OpenServer {
  readonly app: App;
  /** Ends the answers that would never end by themselves, and what runs, before the port is closed. */
  endStreams(): void;
  /** Ends what the application stands on; nothing may be asked of it any more. */
  close(): Promise<void>;
}

/** Opens the store, fills a new embedded one, and makes the application. Throws a `StartupError` when it cannot. */
export async function openServer(
  config: Config,
  rest: Pick<AppContext, "port" | "clientDirectory">,
): Promise<OpenServer> {
  const logger = pino({ level: config.logLevel });
  // Cloud mode stores nothing but the sessions of those who sign in with this server's own keys.
  const needsStore = !config.upstream || config.apiKeys.length > 0;
  const store = needsStore ? await openStore(config, logger) : undefined;
  try {
    if (store?.kind === "embedded" && config.seed && !config.upstream) {
      const { extraStepTypes, publicUrl } = config;
      const made = await seedStore({ store, now: Date.now, extras: true, extraStepTypes, publicUrl });
      if (made > 0)
        logger.info(`The store was empty: it now holds ${made} sample flows (SEED=0 leaves it empty).`);
    }
    const events = await openEventHub(config, store);
    const runs = await openRunService(config, store, logger);
    const app = await createApp({ config, store, events, runs, logger, now: Date.now, ...rest });
    return {
      app,
      endStreams: () => {
        events?.end();
        void runs?.stop();
      },
      close: async () => {
        await runs?.close();
        await store?.close();
      },
    };
  } catch (error) {
    await store?.close();
    throw error;
  }
}

function openStore(config: Config, logger: ServerLogger): Promise<Store> {
  if (config.databaseUrl === undefined) return openEmbeddedStore(config.dataDirectory);
  return openPostgresStore(config.databaseUrl, (error) => {
    logger.warn({ err: describeError(error) }, "an idle connection to the database was lost");
  });
}
