import { stepTypeLookup } from "#contract/step-descriptions/describe-step-type.ts";
import { type StepParseInput, parseStepTexts } from "#core/dataflow/read-ahead.ts";

addEventListener("message", ({ data }: MessageEvent<readonly StepParseInput[]>) => {
  postMessage(data.map((texts) => parseStepTexts(texts, stepTypeLookup)));
});
