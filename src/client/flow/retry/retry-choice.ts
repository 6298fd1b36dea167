import type { BatchState } from "#contract/run.ts";
import { nameRun } from "#client/flow/runs/describe-batch-progress.ts";
import type { RetryBatchBody, RetryOptions, RetryStart } from "#contract/retry.ts";
import type { RerunReason, RetryFrom, RetryVersion } from "#contract/run-statuses.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import { quoteName } from "#core/text/quote-name.ts";

/** What the user has chosen in the dialog. Undefined texts are not edited. */
export interface RetryChoice {
  readonly records: "failed" | "all";
  readonly from: RetryFrom;
  readonly version: RetryVersion;
  readonly inputsText: string | undefined;
  readonly recordText: string | undefined;
}

export type RetryPlan =
  | { readonly type: "body"; readonly body: RetryBatchBody }
  | { readonly type: "faults"; readonly inputs: string | undefined; readonly record: string | undefined };

interface RetryTarget {
  readonly isSingle: boolean;
  readonly recordId: string | undefined;
}

/** Edited inputs count only from the start: finished steps have read the ones before. */
export function planRetry(
  { records, from, version, inputsText, recordText }: RetryChoice,
  { isSingle, recordId }: RetryTarget,
): RetryPlan {
  const chosen = isSingle ? {} : { records: recordId === undefined ? records : [recordId] };
  const base = { ...chosen, from, version };
  if (!isSingle || from === "failedStep") return { type: "body", body: base };
  const [inputs, record] = [inputsText, recordText].map(readObject);
  if (typeof inputs === "string" || typeof record === "string")
    return {
      type: "faults",
      inputs: typeof inputs === "string" ? inputs : undefined,
      record: typeof record === "string" ? record : undefined,
    };
  return { type: "body", body: { ...base, ...(inputs && { inputs }), ...(record && { record }) } };
}

/** Returns what is wrong as text. */
function readObject(text: string | undefined): JsonObject | string | undefined {
  if (text === undefined) return undefined;
  if (text.trim() === "") return {};
  const reading = parseJsonText(text);
  if (reading.type === "broken") return reading.message;
  return isJsonObject(reading.value) ? reading.value : "Enter a JSON object.";
}

const RERUN_REASON_TEXTS: Readonly<Record<RerunReason, string>> = {
  cut: "its stored result is cut",
  redacted: "its stored result hides a secret",
  changed: "the steps have changed",
};

/** Such as “Starts at step 3, “Save”.” Undefined if it is not known. */
export function describeRetryStarts(starts: readonly RetryStart[]): string | undefined {
  const [first, ...others] = starts;
  if (!first) return undefined;
  const isSame = others.every(({ position }) => position === first.position);
  const rerun = starts.find(({ rerunReason }) => rerunReason !== undefined);
  const because = rerun?.rerunReason && RERUN_REASON_TEXTS[rerun.rerunReason];
  if (!isSame && because)
    return `Each record starts at its own step. ${quoteName(rerun.stepName ?? "")} runs again: ${because}.`;
  if (!isSame) return "Each record starts at its own failed step.";
  if (first.stepName === null) return "All steps have finished, so none runs again.";
  const start = `Starts at step ${(first.position ?? 0) + 1}, ${quoteName(first.stepName)}`;
  return because ? `${start}, which runs again: ${because}.` : `${start}.`;
}

export function describeRanVersion({ versionNumber }: Pick<RetryOptions, "versionNumber">): string {
  return versionNumber === null ? "The steps that ran" : `The steps that ran (version ${versionNumber})`;
}

export interface RunToRetry {
  readonly id: string;
  readonly name: string;
  readonly batch: BatchState;
  readonly flowId: string;
}

/** Leaves out runs that were retried before: their newest retry is listed as well if it failed. */
export function planBulkRetry(runs: readonly BatchState[], isOfAllFlows: boolean) {
  const named = runs.flatMap((batch): readonly RunToRetry[] => {
    const { batchExecutionId: id, flowId } = batch;
    return flowId === null ? [] : [{ id, name: nameRun(batch, isOfAllFlows), batch, flowId }];
  });
  const wasRetried = ({ batch }: RunToRetry) => (batch.retries?.length ?? 0) > 0;
  return {
    items: named.filter((run) => !wasRetried(run)),
    skipped: named.filter(wasRetried).map((item) => ({ item, reason: "Retried before." })),
  };
}
