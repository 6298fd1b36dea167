import { Worker } from "node:worker_threads";
import type { JsonValue } from "#core/json.ts";
import { StepFailure } from "#server/runner/step-failure.ts";
import type { ScriptAnswer, ScriptJob } from "./script-job.ts";

/** Runs what flows bring along, away from the server's own thread. */
export interface Scripts {
  /** Undefined where the code gave no result. Throws a `StepFailure`, or the signal's reason. */
  run(job: ScriptJob, signal: AbortSignal): Promise<JsonValue | undefined>;
  close(): Promise<void>;
}

interface Waiting {
  readonly start: (thread: Worker) => void;
  readonly giveUp: (reason: Error) => void;
}

/** Besides what the code itself is given: for a thread that has to start, and so that code mostly ends with a better reason. */
const GRACE_MS = 2000;

/** Threads start when they are needed, and one that was ended is replaced when the next job comes. */
export class ScriptPool implements Scripts {
  readonly #size: number;
  readonly #milliseconds: number;
  readonly #idle: Worker[] = [];
  readonly #threads = new Set<Worker>();
  readonly #waiting: Waiting[] = [];
  #isClosed = false;

  constructor({ size = 2, milliseconds }: { readonly size?: number; readonly milliseconds: number }) {
    this.#size = size;
    this.#milliseconds = milliseconds;
  }

  async run(job: ScriptJob, signal: AbortSignal): Promise<JsonValue | undefined> {
    signal.throwIfAborted();
    const thread = await this.#take(signal);
    if (signal.aborted) {
      this.#free(thread);
      signal.throwIfAborted();
    }
    const answer = await this.#ask(thread, job, signal);
    if (answer.type === "failed") throw new StepFailure(answer.message);
    return answer.json === undefined ? undefined : (JSON.parse(answer.json) as JsonValue);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { giveUp } of this.#waiting.splice(0)) giveUp(stopping());
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  #take(signal: AbortSignal): Promise<Worker> {
    if (this.#isClosed) return Promise.reject(stopping());
    const thread = this.#idle.pop() ?? (this.#threads.size < this.#size ? this.#start() : undefined);
    if (thread) return Promise.resolve(thread);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        start: (free) => {
          signal.removeEventListener("abort", onAbort);
          resolve(free);
        },
        giveUp: reject,
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #start(): Worker {
    const thread = new Worker(new URL("./script-worker.mjs", import.meta.url), {
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 },
    });
    this.#threads.add(thread);
    // One may also die while it has nothing to do. An error that nobody heard of would end the server with it.
    thread.on("error", () => {}).on("exit", () => this.#forget(thread));
    thread.unref();
    return thread;
  }

  #ask(thread: Worker, job: ScriptJob, signal: AbortSignal): Promise<ScriptAnswer> {
    return new Promise((resolve, reject) => {
      const seconds = this.#milliseconds / 1000;
      const timer = setTimeout(() => {
        end(true);
        reject(new StepFailure(`The code ran for longer than ${seconds} s and was stopped.`));
      }, this.#milliseconds + GRACE_MS);
      const onAbort = () => {
        end(true);
        reject(signal.reason as Error);
      };
      const onMessage = (answer: ScriptAnswer) => {
        end(answer.type === "failed" && answer.isSpoilt);
        resolve(answer);
      };
      const onError = (error: Error & { readonly code?: string }) => {
        end(true);
        const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
        const message = isMemory
          ? "The code needed more memory than it may have and was stopped."
          : `The thread that runs scripts broke down: ${error.message}.`;
        reject(new StepFailure(message));
      };
      const onExit = () => {
        end(true);
        reject(new StepFailure("The thread that runs scripts ended before it had answered."));
      };
      const end = (isLost: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        thread.off("message", onMessage).off("error", onError).off("exit", onExit);
        thread.unref();
        if (isLost) this.#discard(thread);
        else this.#free(thread);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      thread.on("message", onMessage).on("error", onError).on("exit", onExit);
      thread.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      thread.postMessage({ job, milliseconds: this.#milliseconds });
    });
  }

  #free(thread: Worker): void {
    const next = this.#waiting.shift();
    if (next) next.start(thread);
    else this.#idle.push(thread);
  }

  #forget(thread: Worker): void {
    this.#threads.delete(thread);
    if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
  }

  #discard(thread: Worker): void {
    this.#forget(thread);
    void thread.terminate();
    if (this.#waiting.length > 0 && !this.#isClosed) this.#free(this.#start());
  }
}

function stopping(): StepFailure {
  return new StepFailure("The server is stopping: run the flow again once it is back.");
}
