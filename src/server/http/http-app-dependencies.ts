import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import type { AccountStore } from "#server/cloud/account-store.ts";
import type { ServedEndpointName } from "#server/cloud/other-endpoints.ts";
import type { ServerConfig } from "#server/config/config.ts";
import type { EventHub } from "#server/events/event-hub.ts";
import type { RunService } from "#server/runs/run-service.ts";
import type { Scheduler } from "#server/schedules/scheduler.ts";
import type { StartProgress } from "#server/start-progress.ts";
import type { Store } from "#server/store/store.ts";
import type { QueueMonitor } from "#server/telemetry/queue-monitor.ts";
import type { SecurityEvent, ServerMetrics } from "#server/telemetry/server-metrics.ts";
import type { AnswerCache } from "./answer-cache.ts";
import type { CallerIdentity } from "./identify-caller.ts";
import type { BodyMemoryBudget } from "./body-budget.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import type { RateLimitHeaders } from "./rate-limit.ts";

export interface HttpAppDependencies {
  readonly config: ServerConfig;
  readonly store: Store | undefined;
  /** Undefined in local mode. */
  readonly accountStore?: AccountStore | undefined;
  readonly events: EventHub | undefined;
  readonly runs: RunService | undefined;
  /** Set if `runs` is. */
  readonly scheduler: Scheduler | undefined;
  readonly logger: ServerLogger;
  readonly metrics: ServerMetrics;
  /** Undefined where no batches run: in cloud mode. */
  readonly queue?: QueueMonitor | undefined;
  readonly progress?: Pick<StartProgress, "text">;
  readonly now: () => number;
  /** Milliseconds from an arbitrary start, unaffected by changes of the system clock. */
  readonly monotonic: () => number;
  /** Returns the port; only valid after the server has started to listen. */
  readonly port: () => number;
  readonly clientDirectory: string | undefined;
  readonly bodies?: BodyMemoryBudget;
}

/** A request of a cached endpoint whose caller was identified, has the scopes, and is within the rate limit. */
export interface AdmittedRead {
  readonly identity: CallerIdentity;
  readonly cache: AnswerCache;
  readonly key: string;
  /** The value of `Store.flowChanges`, read before the answer's data; undefined if that failed. */
  readonly changes: number | undefined;
}

export interface HonoEnvironment {
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    admittedRead: AdmittedRead;
    rateLimitHeaders?: RateLimitHeaders;
    /** Set once the key or the session is known, even if the request is refused afterwards. */
    identity?: CallerIdentity;
    /** Name of the matched endpoint, in cloud mode too. */
    endpoint?: ServedEndpointName;
    /** True for a request that only previews a bulk edit. */
    isDryRun?: boolean;
    /** Set by handlers whose request decides which event it is. */
    securityEvent?: SecurityEvent;
  };
}

export type HonoApp = Hono<HonoEnvironment>;

/** Reads a request header, from Node's request if there is one, which avoids copying all headers. */
export function readRequestHeader(context: Context, name: string): string | undefined {
  const { incoming } = (context.env ?? {}) as {
    readonly incoming?: {
      readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
    };
  };
  if (!incoming?.headers) return context.req.header(name);
  const value = incoming.headers[name];
  return typeof value === "string" ? value : value?.join(", ");
}
