import type { TextPairToCompare } from "./compare-in-worker.ts";
import { compareLinesThenCharacters } from "./compare-lines.ts";

// Compares texts off the main thread: replies to each message of two texts with their changes.

addEventListener("message", ({ data }: MessageEvent<TextPairToCompare>) => {
  postMessage(compareLinesThenCharacters(data.before, data.after));
});
