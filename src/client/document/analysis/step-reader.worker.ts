import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { type StepParseInput, parseStepTexts } from "#core/dataflow/parse-step-texts.ts";
import { answerWorkerCalls } from "#client/data/worker-calls.ts";

answerWorkerCalls((batch: readonly StepParseInput[]) =>
  batch.map((texts) => parseStepTexts(texts, stepTypeLookup)),
);
