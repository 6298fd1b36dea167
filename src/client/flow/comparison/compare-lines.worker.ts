import { answerWorkerCalls } from "#client/data/worker-calls.ts";
import type { TextPairToCompare } from "./compare-in-worker.ts";
import { compareLinesThenCharacters } from "./compare-lines.ts";

answerWorkerCalls(({ before, after }: TextPairToCompare) => compareLinesThenCharacters(before, after));
