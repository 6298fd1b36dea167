import { Worker } from "node:worker_threads";
import { RUN_LIMITS } from "#server/domain/run-limits.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { ThreadFailure, ThreadPool, type ThreadUsage } from "#server/threads/thread-pool.ts";
import type { ScriptJobResult, ScriptJob } from "./script-job.ts";

export interface ScriptRunner {
  readonly usage: ThreadUsage;
  /** Undefined without a result. Throws a `StepFailure`, or the signal's reason. */
  run(job: ScriptJob, signal: AbortSignal): Promise<RunValue | undefined>;
  close(): Promise<void>;
}

/** Beyond the code's own limit: for the thread's start and its more precise error. */
const GRACE_MS = 2000;

export class ScriptThreadPool implements ScriptRunner {
  readonly #milliseconds: number;
  readonly #threads: ThreadPool<{ job: ScriptJob; milliseconds: number }, ScriptJobResult>;

  constructor({ size = 2, milliseconds }: { readonly size?: number; readonly milliseconds: number }) {
    this.#milliseconds = milliseconds;
    this.#threads = new ThreadPool({ start: startThread, size, milliseconds: milliseconds + GRACE_MS });
  }

  get usage(): ThreadUsage {
    return this.#threads.usage;
  }

  async run(job: ScriptJob, signal: AbortSignal): Promise<RunValue | undefined> {
    const answer = await this.#ask(job, signal);
    if (answer.type === "failed") throw new StepFailure(answer.message);
    return answer.json === undefined ? undefined : RunValue.fromJson(answer.json);
  }

  close(): Promise<void> {
    return this.#threads.close();
  }

  async #ask(job: ScriptJob, signal: AbortSignal): Promise<ScriptJobResult> {
    try {
      return await this.#threads.run({ job, milliseconds: this.#milliseconds }, signal);
    } catch (error) {
      throw error instanceof ThreadFailure ? new StepFailure(this.#explain(error)) : error;
    }
  }

  #explain({ kind, message }: ThreadFailure): string {
    switch (kind) {
      case "slow":
        return `The code exceeded the time limit of ${this.#milliseconds / 1000} s.`;
      case "memory":
        return "The code exceeded the memory limit.";
      case "stopping":
        return "The server is stopping. Run the flow again later.";
      case "busy":
      case "broken":
        return `The script thread failed: ${message}.`;
    }
  }
}

function startThread(): Worker {
  return new Worker(new URL("./script-worker.mjs", import.meta.url), {
    env: {},
    execArgv: [],
    workerData: { memoryMb: RUN_LIMITS.scriptBytes / (1024 * 1024) },
    resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 },
  });
}
