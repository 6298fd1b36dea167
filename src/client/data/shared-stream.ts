import { connection } from "./connection.ts";
import { openChannel } from "./open-channel.ts";
import { type HeardEvent, ServerStream } from "./server-stream.ts";

const NAME = "flowline-events";

export interface SharedStreamOptions {
  readonly since: string | undefined;
  readonly onHeard: (event: HeardEvent) => void;
  readonly onRefused: () => void;
}

/**
 * One stream for all tabs of a browser, which has six connections to a server and no more. The tab that holds the lock has
 * it and hands what it hears on to the others; when it goes, the next one goes on from the last event that was handed on.
 * Outside secure contexts there are no locks, and a browser may refuse them: then each tab has a stream of its own. Returns
 * what ends it.
 */
export function openSharedStream({ since, onHeard, onRefused }: SharedStreamOptions): () => void {
  const channel = "locks" in navigator ? openChannel(NAME) : undefined;
  if (!channel) {
    const stream = new ServerStream({ since, onHeard, onRefused, connection });
    return () => stream.close();
  }
  let last = since;
  const hear = (event: HeardEvent) => {
    last = event.id;
    onHeard(event);
  };
  channel.addEventListener("message", ({ data }: MessageEvent<HeardEvent>) => hear(data));

  const stopping = new AbortController();
  const holdStream = () =>
    new Promise<void>((resolve) => {
      if (stopping.signal.aborted) return resolve();
      const stream = new ServerStream({
        since: last,
        onHeard: (event) => {
          // The rule takes it for a window's, which wants to know whom it may reach.
          // oxlint-disable-next-line unicorn/require-post-message-target-origin
          channel.postMessage(event);
          hear(event);
        },
        onRefused,
        connection,
      });
      stopping.signal.addEventListener("abort", () => {
        stream.close();
        resolve();
      });
    });
  const takeOrFollow = async () => {
    const isOurs = await navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
      if (lock) await holdStream();
      return lock !== null;
    });
    if (isOurs) return;
    // What was handed on before this tab listened is not known here.
    onHeard({ name: "resync", id: "", data: {} });
    await navigator.locks.request(NAME, { signal: stopping.signal }, holdStream);
  };
  // A browser that keeps nothing for the page may refuse locks too.
  takeOrFollow().catch(() => {
    if (!stopping.signal.aborted) void holdStream();
  });
  return () => {
    stopping.abort();
    channel.close();
  };
}
