import { parentPort } from "node:worker_threads";

// A thread of the pool: does one job after the other. Whoever started it ends it where it does not answer in time.

parentPort?.on("message", ({ job, milliseconds }) => {
  run(job, Date.now() + milliseconds).then(answer, (error) => {
    const message = `The thread that runs scripts broke down: ${String(error)}`;
    answer({ type: "failed", message, isSpoilt: true });
  });
});

function answer(told) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(told);
}

/** Each language is loaded when it is first used. */
async function run(job, deadline) {
  if (job.type === "liquid") {
    const { renderLiquid } = await import("./render-liquid.mjs");
    return renderLiquid(job, deadline);
  }
  const { evaluateScript } = await import("./evaluate-script.mjs");
  return evaluateScript(job, deadline);
}
