import { Worker } from "node:worker_threads";
import {
  type UserTextParsingJobResult,
  type UserTextParsingJobName,
  type UserTextParsingJobHandlers,
} from "./text-jobs.ts";
import { ThreadFailure, ThreadPool } from "#server/threads/thread-pool.ts";
import { TYPESCRIPT_ARGUMENTS } from "#server/threads/typescript-arguments.ts";

/** Parsing takes less than sending the text to a worker. */
export const MAX_MAIN_THREAD_CHARACTERS = 10_000;

export interface BackgroundTextParser {
  /** `length` in characters. Throws a `ThreadFailure` if it takes too long, or the signal's reason. */
  read<N extends UserTextParsingJobName>(
    name: N,
    length: number,
    job: Parameters<UserTextParsingJobHandlers[N]>[0],
    signal?: AbortSignal,
  ): Promise<ReturnType<UserTextParsingJobHandlers[N]>>;
  close(): Promise<void>;
}

const NEVER = new AbortController().signal;

/** Parses short texts directly and long ones in a worker thread, so that parsing does not block the event loop. */
export function createBackgroundTextParser({
  milliseconds = 10_000,
  queue,
}: { readonly milliseconds?: number; readonly queue?: number } = {}): BackgroundTextParser {
  const threads = new ThreadPool<
    { readonly name: UserTextParsingJobName; readonly job: unknown },
    UserTextParsingJobResult
  >({
    start: startThread,
    size: 1,
    milliseconds,
    ...(queue !== undefined && { queue }),
  });
  return {
    read: async (name, length, job, signal = NEVER) => {
      const answer =
        length <= MAX_MAIN_THREAD_CHARACTERS
          ? (await import("./text-jobs.ts")).runTextJob(name, job as never)
          : await threads.run({ name, job }, signal);
      if (answer.type === "slow") throw new ThreadFailure("slow", "The text takes too long to parse.");
      return answer.result as never;
    },
    close: () => threads.close(),
  };
}

function startThread(): Worker {
  return new Worker(new URL("./text-worker.mjs", import.meta.url), {
    env: {},
    execArgv: TYPESCRIPT_ARGUMENTS,
    resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64 },
  });
}
