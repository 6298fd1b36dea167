import { parentPort } from "node:worker_threads";

/** @import { ScriptJobResult, ScriptJob } from "./script-job.ts" */

// Worker thread of `ScriptThreadPool`: runs one job at a time. The pool terminates a thread that does not
// reply in time.

parentPort?.on("message", ({ job, milliseconds }) => {
  run(job, Date.now() + milliseconds).then(answer, (error) => {
    const message = `The script thread crashed: ${String(error)}`;
    answer({ type: "failed", message, mustReplaceThread: true });
  });
});

/** @param {ScriptJobResult} reply */
function answer(reply) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(reply);
}

/**
 * @param {ScriptJob} job
 * @param {number} deadline milliseconds since the epoch
 */
async function run(job, deadline) {
  if (job.type === "liquid") {
    const { renderLiquid } = await import("./render-liquid.mjs");
    return renderLiquid(job, deadline);
  }
  const { evaluateScript } = await import("./evaluate-script.mjs");
  return evaluateScript(job, deadline);
}
