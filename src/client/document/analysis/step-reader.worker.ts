import { stepTypeLookup } from "#contract/step-descriptions/find-step-description.ts";
import { type StepParseInput, parseStepTexts } from "#core/dataflow/parse-step-texts.ts";

addEventListener("message", ({ data }: MessageEvent<readonly StepParseInput[]>) => {
  postMessage(data.map((texts) => parseStepTexts(texts, stepTypeLookup)));
});
