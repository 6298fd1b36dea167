import { parentPort } from "node:worker_threads";
import { runTextJob } from "./text-jobs.ts";

// Worker thread that parses users' texts: synchronous parsers can only be interrupted by terminating their thread.

parentPort?.on("message", (/** @type {{ name: never, job: never }} */ { name, job }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(runTextJob(name, job));
});
