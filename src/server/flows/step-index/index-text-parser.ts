import { FLOW_LIMITS } from "#contract/flow.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import type { CodedErrorDetail } from "#server/domain/domain-error.ts";
import {
  type BackgroundTextParser,
  createBackgroundTextParser,
} from "#server/flows/text-jobs/background-text-parser.ts";
import { ThreadFailure } from "#server/threads/thread-pool.ts";
import { listStepsWithPaths } from "#server/flows/list-step-errors.ts";
import type { PreparedTextNames } from "./index-entry.ts";

/** Milliseconds after which a flow is indexed without the names in its texts, so that a save does not wait for them. */
const PARSE_MS = 3000;
const QUEUE = 32;

export function createIndexTextParser(): BackgroundTextParser {
  return createBackgroundTextParser({ milliseconds: PARSE_MS, queue: QUEUE });
}

/** Before the transaction, which must not wait for a thread. Never rejects: a write does not need the index. */
export async function prepareTextNames(
  parser: BackgroundTextParser,
  steps: readonly JsonObject[],
): Promise<PreparedTextNames> {
  if (!areIndexable(steps)) return "later";
  const stepsText = JSON.stringify(steps);
  try {
    return await parser.read("readTextNames", stepsText.length, { stepsText });
  } catch (error) {
    const isSlow = error instanceof ThreadFailure && (error.kind === "slow" || error.kind === "memory");
    return isSlow ? "too-slow" : "later";
  }
}

/** Whether the steps respect the limits of a flow. Other steps are refused by the write itself. */
function areIndexable(steps: readonly JsonObject[]): boolean {
  const errors: CodedErrorDetail[] = [];
  const placed = listStepsWithPaths(steps, [], errors);
  return (
    errors.length === 0 &&
    placed.length <= FLOW_LIMITS.steps &&
    placed.every(({ step }) => isJsonObject(step))
  );
}
