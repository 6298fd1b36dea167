import type { Worker } from "node:worker_threads";

/** It may be damaged, for example after running out of memory. */
export interface WorkerThreadReply {
  readonly mustReplaceThread?: boolean;
}

export type ThreadFailureKind = "slow" | "memory" | "broken" | "busy" | "stopping";

export class ThreadFailure extends Error {
  override readonly name = "ThreadFailure";
  readonly kind: ThreadFailureKind;

  constructor(kind: ThreadFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Number of threads by state, and of jobs that wait for one. */
export type ThreadUsage = Readonly<Record<"idle" | "busy" | "waiting", number>>;

interface PoolOptions {
  readonly start: () => Worker;
  readonly size: number;
  readonly milliseconds: number;
  readonly queue?: number;
}

interface Waiting {
  readonly start: (thread: Worker) => void;
  readonly giveUp: (reason: Error) => void;
}

/** For work that would block the event loop. Replaces terminated threads. */
export class ThreadPool<Job, Answer extends WorkerThreadReply> {
  readonly #options: PoolOptions;
  readonly #idle: Worker[] = [];
  readonly #threads = new Set<Worker>();
  readonly #waiting: Waiting[] = [];
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get usage(): ThreadUsage {
    const idle = this.#idle.length;
    return { idle, busy: this.#threads.size - idle, waiting: this.#waiting.length };
  }

  async run(job: Job, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const thread = await this.#acquire(signal);
    if (signal.aborted) {
      this.#release(thread);
      signal.throwIfAborted();
    }
    return this.#runOn(thread, job, signal);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { giveUp } of this.#waiting.splice(0)) giveUp(stopping());
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  #acquire(signal: AbortSignal): Promise<Worker> {
    if (this.#isClosed) return Promise.reject(stopping());
    const { size, queue = Infinity } = this.#options;
    const thread = this.#idle.pop() ?? (this.#threads.size < size ? this.#start() : undefined);
    if (thread) return Promise.resolve(thread);
    if (this.#waiting.length >= queue) {
      return Promise.reject(new ThreadFailure("busy", `${queue} jobs wait for a thread already.`));
    }
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
    const thread = this.#options.start();
    this.#threads.add(thread);
    // Listens for errors of idle threads: an `error` event without a listener would end the server.
    thread.on("error", () => {}).on("exit", () => this.#forget(thread));
    thread.unref();
    return thread;
  }

  #runOn(thread: Worker, job: Job, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { milliseconds } = this.#options;
      const timer = setTimeout(() => {
        end(true);
        reject(new ThreadFailure("slow", `The thread did not answer within ${milliseconds} ms.`));
      }, milliseconds);
      const onAbort = () => {
        end(true);
        reject(signal.reason as Error);
      };
      const onMessage = (answer: Answer) => {
        end(answer.mustReplaceThread ?? false);
        resolve(answer);
      };
      const onError = (error: Error & { readonly code?: string }) => {
        end(true);
        const kind = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "broken";
        reject(new ThreadFailure(kind, error.message));
      };
      const onExit = () => {
        end(true);
        reject(new ThreadFailure("broken", "It ended before it had answered"));
      };
      const end = (isLost: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        thread.off("message", onMessage).off("error", onError).off("exit", onExit);
        thread.unref();
        if (isLost) this.#discard(thread);
        else this.#release(thread);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      thread.on("message", onMessage).on("error", onError).on("exit", onExit);
      thread.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      thread.postMessage(job);
    });
  }

  #release(thread: Worker): void {
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
    if (this.#waiting.length > 0 && !this.#isClosed) this.#release(this.#start());
  }
}

function stopping(): ThreadFailure {
  return new ThreadFailure("stopping", "The server is stopping.");
}
