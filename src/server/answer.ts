import type { FlowNews } from "./flows/flow-news.ts";

/** A success. The body is JSON text, since stored texts go into it as they are; without one the answer is empty. */
export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of a body: sent as it comes. */
  readonly stream?: ReadableStream<Uint8Array>;
  /** What the write changed, for those who listen; absent where nothing did. */
  readonly news?: FlowNews;
}

/** Of an answer that is a stream of server-sent events. */
export const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // A proxy that gathers or compresses an answer would hold the events back.
  "cache-control": "private, no-store, no-transform",
  "x-accel-buffering": "no",
};

/** JSON text of `fields`, followed by members whose values are JSON texts already. */
export function objectText(fields: object, texts: Readonly<Record<string, string>> = {}): string {
  const head = JSON.stringify(fields);
  const members = Object.entries(texts).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  if (members.length === 0) return head;
  return `${head.slice(0, -1)}${head === "{}" ? "" : ","}${members.join(",")}}`;
}
