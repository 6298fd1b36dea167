import { stepTypeLookup } from "#contract/step-descriptions/find-step-description.ts";
import { type StepParseInput, parseStepTexts } from "#core/dataflow/parse-step-texts.ts";
import { answerWorkerCalls } from "#client/data/worker-calls.ts";

answerWorkerCalls((batch: readonly StepParseInput[]) =>
  batch.map((texts) => parseStepTexts(texts, stepTypeLookup)),
);
