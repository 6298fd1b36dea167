import type { ComparedTexts } from "./compare-aside.ts";
import { compareLines } from "./compare-lines.ts";

// Compares texts off the main thread: for each message of two texts one message of where they differ.

addEventListener("message", ({ data }: MessageEvent<ComparedTexts>) => {
  postMessage(compareLines(data.before, data.after));
});
