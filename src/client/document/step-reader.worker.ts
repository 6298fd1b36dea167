import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import { type StepTexts, readTexts } from "#core/dataflow/read-ahead.ts";

// Reads steps off the main thread: for each message of texts one message of what they say.

addEventListener("message", ({ data }: MessageEvent<readonly StepTexts[]>) => {
  postMessage(data.map((texts) => readTexts(texts, stepTypes)));
});
