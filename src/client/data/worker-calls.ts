// Calls of web workers. Each call has a port of its own, so that a worker can have several at a time.

type WorkerReply =
  | { readonly answer: unknown }
  | { readonly progress: unknown }
  | { readonly hasFailed: true };

interface WorkerCallOptions {
  readonly signal?: AbortSignal;
  readonly timeLimitMs?: number;
  readonly onProgress?: (progress: number) => void;
}

/** Resolves to the answer. Rejects if the worker fails or is late, or with the reason of the signal. */
export async function callWorker<Answer>(
  worker: Worker,
  message: unknown,
  { signal, timeLimitMs, onProgress }: WorkerCallOptions = {},
): Promise<Answer> {
  const { port1: port, port2: workerPort } = new MessageChannel();
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = () => reject(new Error("The worker does not answer."));
      if (timeLimitMs !== undefined) timer = setTimeout(fail, timeLimitMs);
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { signal: ended.signal });
      const onError = (event: Event) => {
        // Keeps the global error handler from reporting the error: the caller reports the rejected promise.
        event.preventDefault();
        fail();
      };
      worker.addEventListener("error", onError, { signal: ended.signal });
      port.addEventListener("message", ({ data }: MessageEvent<WorkerReply>) => {
        if ("answer" in data) resolve(data.answer as Answer);
        else if ("progress" in data) onProgress?.(data.progress as number);
        else fail();
      });
      port.start();
      worker.postMessage(message, [workerPort]);
    });
  } finally {
    clearTimeout(timer);
    ended.abort();
    port.close();
  }
}

/** Answers the calls of the page; call in the worker. */
export function answerWorkerCalls(
  answer: (message: never, onProgress: (progress: number) => void) => unknown,
): void {
  addEventListener("message", ({ data, ports: [port] }: MessageEvent) => {
    const reply = (message: WorkerReply) => port?.postMessage(message);
    const respond = async () =>
      reply({ answer: await answer(data as never, (progress) => reply({ progress })) });
    respond().catch(() => reply({ hasFailed: true }));
  });
}
