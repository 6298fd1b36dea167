import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import type { Logger } from "pino";
import type { Config } from "#server/config.ts";
import type { EventHub } from "#server/events/event-hub.ts";
import type { RunService } from "#server/runs/run-service.ts";
import type { Store } from "#server/store/store.ts";

/** What the application is made of; tests pass their own. */
export interface AppContext {
  readonly config: Config;
  /** Undefined in cloud mode without keys, where nothing is stored. */
  readonly store: Store | undefined;
  /** Undefined where changes are not told. */
  readonly events: EventHub | undefined;
  /** Undefined where flows do not run, as in cloud mode, where another server runs them. */
  readonly runs: RunService | undefined;
  readonly logger: ServerLogger;
  /** Milliseconds. */
  readonly now: () => number;
  /** The port listened on, known once that has begun. */
  readonly port: () => number;
  /** Directory of the built dashboard, if this server serves it. */
  readonly clientDirectory: string | undefined;
}

/** What of pino is used, whatever its options. */
export type ServerLogger = Pick<Logger, "debug" | "info" | "warn" | "error">;

export type App = Hono<{ Bindings: Partial<HttpBindings> }>;
