import { rm } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import type { JsonObject } from "#core/json/json.ts";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { IN_PROGRESS_STATUS } from "#server/store/idempotency-rows.ts";
import { type RowReader, auditBatch } from "./audit-batches.ts";
import {
  type EffectCounts,
  type BatchEffectReceiver,
  WORKER_NAME_SECRET,
  countEffects,
  startBatchEffectReceiver,
} from "./batch-effects.ts";
import { createSetVariableStep, createWaitStep } from "./run-data.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";
import { type StorePlace, withStoppedStore } from "./stopped-store.ts";

export interface FleetOptions {
  /** Path of the built server. */
  readonly main: string;
  readonly store: StorePlace;
  readonly servers: number;
  /** Returns additional environment variables for the server process with this name. */
  readonly env?: (name: string) => Readonly<Record<string, string>>;
}

export interface BatchPlan {
  /** Identifies the batch in its effects; unique in a fleet. */
  readonly label: string;
  readonly records: number;
  readonly concurrency: number;
  readonly maxRetries?: number;
  /** Sends the steps with the batch instead of storing them as a flow. */
  readonly isVirtual?: boolean;
  readonly effectSteps?: number;
  /** Pause between the effects in milliseconds. */
  readonly pauseMs?: number;
}

export interface StartedBatch extends BatchPlan {
  readonly id: string;
  readonly flowId: string | undefined;
  readonly stepIds: readonly string[];
  readonly effectSteps: number;
}

export interface BatchState {
  readonly status: string;
  readonly processedRecords: number;
  readonly failedRecords: number;
}

type RunStep = JsonObject & { readonly id: string };

const DEFAULT_EFFECT_STEPS = 3;
const POLL_MS = 100;

/**
 * Runs server processes on one store, which can be killed, paused and restarted, and records effects of their
 * runs.
 */
export class ServerFleet {
  readonly receiver: BatchEffectReceiver;
  readonly #options: FleetOptions;
  readonly #servers = new Map<string, ServerProcess>();
  readonly #starting = new Set<Promise<void>>();
  /** Sentences about servers that ended without being killed or stopped. */
  readonly #exits: string[] = [];

  private constructor(options: FleetOptions, receiver: BatchEffectReceiver) {
    this.#options = options;
    this.receiver = receiver;
  }

  static async open(options: FleetOptions): Promise<ServerFleet> {
    const fleet = new ServerFleet(options, await startBatchEffectReceiver());
    const names = Array.from({ length: options.servers }, (_, index) => `worker-${index + 1}`);
    const [first = "", ...others] = names;
    // The first creates the tables, for which others would wait.
    await fleet.start(first);
    await Promise.all(others.map((name) => fleet.start(name)));
    return fleet;
  }

  /** Names of the server processes that run. */
  get names(): readonly string[] {
    return [...this.#servers.keys()].toSorted();
  }

  urlOf(name: string): string {
    return this.#servers.get(name)?.url ?? "";
  }

  /** Starts a server process with a name that its effects contain. */
  async start(name: string): Promise<void> {
    const { main, store, env } = this.#options;
    const place: Readonly<Record<string, string>> =
      "databaseUrl" in store
        ? { FLOWLINE_DATABASE_URL: store.databaseUrl }
        : { FLOWLINE_DATA_DIR: store.directory };
    const started = startServerProcess(main, {
      env: {
        ...place,
        [`FLOWLINE_SECRET_${WORKER_NAME_SECRET}`]: name,
        FLOWLINE_ALLOW_PRIVATE_HTTP: this.receiver.address,
        ...env?.(name),
      },
    }).then((server) => {
      this.#servers.set(name, server);
      server.child.once("exit", (code, signal) => {
        if (this.#servers.get(name) === server)
          this.#exits.push(`${name} ended by itself (${code ?? signal}).`);
      });
    });
    this.#starting.add(started);
    await started.finally(() => this.#starting.delete(started));
  }

  /** Kills (SIGKILL) or stops (SIGTERM) a server process. Resolves with its exit code. */
  async end(name: string, signal: "SIGKILL" | "SIGTERM"): Promise<number | undefined> {
    const server = this.#servers.get(name);
    this.#servers.delete(name);
    return server?.end(signal);
  }

  /** Kills and starts a server. Only a full run waits until the leases of the killed one lapse. */
  async restart(name: string): Promise<void> {
    await this.end(name, "SIGKILL");
    if (process.env["FULL_RUN"] === undefined) await this.lapseLeases();
    await this.start(name);
  }

  /**
   * Gives the work of killed servers to others at once, as if the time had passed. Servers that live may lose theirs too, as
   * if they had been paused. Stops the servers of an embedded store.
   */
  async lapseLeases(): Promise<void> {
    await this.withRows(async (reader) => {
      await reader.execute(sql`
        UPDATE pgboss.job SET started_on = started_on - interval '1 hour', heartbeat_on = heartbeat_on - interval '1 hour'
        WHERE state = 'active'`);
      await reader.execute(sql`
        UPDATE idempotency_keys SET created_at = created_at - interval '1 hour' WHERE status = ${IN_PROGRESS_STATUS}`);
    });
  }

  /** Pauses (SIGSTOP) or continues (SIGCONT) a server process. */
  signal(name: string, signal: "SIGSTOP" | "SIGCONT"): void {
    this.#servers.get(name)?.child.kill(signal);
  }

  /** Sends a request to a server, by default to the first that runs. Rejects with the status unless it is 2xx. */
  async call<Body>(method: string, path: string, body?: unknown, name = this.names[0]): Promise<Body> {
    const server = this.#servers.get(name ?? "");
    if (!server) throw new Error("No server runs.");
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { connection: "close" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text === "" ? "null" : text) as Body;
  }

  /** Repeats an idempotent request on any server until one answers. */
  async callUntilAnswered<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const end = Date.now() + 60_000;
    for (let attempt = 0; ; attempt += 1) {
      const name = this.names[attempt % Math.max(1, this.names.length)];
      try {
        return await this.call<Body>(method, path, body, name);
      } catch (error) {
        if (Date.now() > end) throw error;
        await wait(POLL_MS);
      }
    }
  }

  async createFlow(label: string, steps: readonly JsonObject[]): Promise<string> {
    const body = buildFlow(label, steps);
    return (await this.callUntilAnswered<{ readonly id: string }>("POST", "/v1/flows", body)).id;
  }

  /**
   * Starts a batch whose records each set a variable, send their effects, and set another variable. A request that a
   * kill cut off is repeated, unless its batch was stored.
   */
  async startBatch(plan: BatchPlan): Promise<StartedBatch> {
    const {
      label,
      records,
      concurrency,
      maxRetries = 0,
      isVirtual = false,
      effectSteps = DEFAULT_EFFECT_STEPS,
    } = plan;
    const steps = this.#buildSteps(label, effectSteps, plan.pauseMs ?? 0);
    const flowId = isVirtual ? undefined : await this.createFlow(label, steps);
    const body = {
      ...(flowId === undefined ? { flowDefinition: { name: label, steps } } : { flowId }),
      records: Array.from({ length: records }, (_, index) => ({
        name: `${label} ${index}`,
        type: "fleet",
        metadata: { index },
      })),
      options: { recordConcurrency: concurrency, maxRetries },
    };
    const stepIds = steps.map(({ id }) => id);
    const id = await this.#startOnce(flowId, body);
    return { ...plan, id, flowId, stepIds, effectSteps };
  }

  async #startOnce(flowId: string | undefined, body: unknown): Promise<string> {
    for (;;) {
      try {
        const started = await this.call<{ readonly batchExecutionId: string }>(
          "POST",
          "/v1/batch/flow",
          body,
        );
        return started.batchExecutionId;
      } catch (error) {
        // Checks whether the batch was stored although the request got no response.
        if (flowId === undefined || /answered 4/.test(String(error))) throw error;
        const { data } = await this.callUntilAnswered<{
          readonly data: readonly { readonly batchExecutionId: string }[];
        }>("GET", `/local/batches?flowId=${flowId}`);
        if (data[0] !== undefined) return data[0].batchExecutionId;
      }
    }
  }

  #buildSteps(label: string, effectSteps: number, pauseMs: number): readonly RunStep[] {
    const setVariable = (id: string): RunStep => ({ ...createSetVariableStep(id, "one"), id });
    const effects = Array.from({ length: effectSteps }, (_, index): RunStep[] => [
      this.receiver.buildEffectStep(label, index + 1),
      ...(pauseMs > 0
        ? [{ ...createWaitStep(`pause-${index + 1}`, pauseMs), id: `pause-${index + 1}` }]
        : []),
    ]);
    return [setVariable("first"), ...effects.flat(), setVariable("last")];
  }

  readBatch({ id }: Pick<StartedBatch, "id">): Promise<BatchState> {
    return this.callUntilAnswered("GET", `/v1/batch/status/${id}`);
  }

  /** Waits until the batches have ended; returns a sentence for each that has not within the limit. */
  async waitForEnd(
    batches: readonly Pick<StartedBatch, "id">[],
    limitMs = 150_000,
  ): Promise<readonly string[]> {
    const end = Date.now() + limitMs;
    const late: string[] = [];
    for (const batch of batches) {
      let state = await this.readBatch(batch);
      while (["scheduled", "running"].includes(state.status) && Date.now() < end) {
        await wait(POLL_MS);
        state = await this.readBatch(batch);
      }
      if (["scheduled", "running"].includes(state.status))
        late.push(`${batch.id} has not ended: ${JSON.stringify(state)}`);
    }
    return late;
  }

  countEffects(batches: readonly StartedBatch[]): EffectCounts {
    const counts = batches.map((batch) => countEffects(this.receiver.effects, batch));
    const sum = (name: keyof EffectCounts) => counts.reduce((total, each) => total + each[name], 0);
    return {
      effects: sum("effects"),
      repeatsOfLastStep: sum("repeatsOfLastStep"),
      repeatsOfEarlierSteps: sum("repeatsOfEarlierSteps"),
      repeatsWithOtherKey: sum("repeatsWithOtherKey"),
      missing: sum("missing"),
    };
  }

  /**
   * Checks the stored rows of ended batches, and returns a sentence for each guarantee that they violate. Stops the servers
   * of an embedded store first, which only one process can open.
   */
  audit(
    batches: readonly (StartedBatch & { readonly status?: "completed" | "failed" | "cancelled" })[],
  ): Promise<readonly string[]> {
    return this.withRows(async (reader) => {
      const findings: string[] = [...this.#exits];
      for (const batch of batches) findings.push(...(await auditBatch(reader, batch)));
      return findings;
    });
  }

  /** Reads rows of the store. Stops the servers of an embedded store, which only one process can open. */
  async withRows<T>(read: (reader: RowReader) => Promise<T>): Promise<T> {
    const { store } = this.#options;
    if ("databaseUrl" in store) {
      const pool = new Pool({ connectionString: store.databaseUrl, max: 1 });
      try {
        return await read(drizzle(pool));
      } finally {
        await pool.end();
      }
    }
    await this.stop();
    return withStoppedStore(store, ({ database }) => read(database));
  }

  /** Stops the servers by SIGTERM. Returns their exit codes. */
  async stop(): Promise<readonly (number | undefined)[]> {
    await Promise.allSettled(this.#starting);
    const servers = [...this.#servers.values()];
    this.#servers.clear();
    return Promise.all(servers.map((server) => server.end("SIGTERM")));
  }

  async close(): Promise<void> {
    for (const name of this.names) this.signal(name, "SIGCONT");
    await this.stop();
    this.receiver.close();
    const { store } = this.#options;
    if ("directory" in store) await rm(store.directory, { recursive: true, force: true });
  }
}
