import type { JsonObject, JsonValue } from "#core/json/json.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { RunValue } from "#server/domain/run-value.ts";

/** The record that a flow runs on, readable by steps as `_record`. */
export interface RecordOfRun {
  readonly id: string | null;
  readonly name: string;
  readonly type: string;
  readonly metadata: JsonObject;
  readonly messages: readonly JsonValue[] | null;
}

/** A record after a write. A caller without RECORDS:READ receives only its id and the fields that the caller sent. */
export type RecordWriteResult = Omit<RecordOfRun, "name" | "type"> &
  Partial<Pick<RecordOfRun, "name" | "type">>;

export interface FlowRunPlan {
  readonly executionId: string;
  readonly flow: { readonly id: string | null; readonly name: string };
  readonly steps: readonly JsonObject[];
  readonly record: RecordOfRun | undefined;
  readonly inputs: JsonObject;
  readonly messages: readonly JsonValue[];
  /** Values of `{{secrets.key}}`; redacted in results, logs and errors. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly caller: Caller;
  readonly modelOverride: string | undefined;
  /** Id of the last step to run, nested steps included; undefined runs all steps. */
  readonly upToStep: string | undefined;
  /** The same for all attempts of an interrupted run. Undefined: derived from the execution id. */
  readonly idempotencyKey: string | undefined;
}

export interface RunStepDescription {
  /** The step's id, or a derived id if the step has none. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** 0-based position in the flow, counting nested steps. The run emits exactly one `step-end` event per position. */
  readonly position: number;
  readonly depth: number;
  readonly outputVariable: string | undefined;
}

export interface StepFallbackReport {
  readonly used: boolean;
  readonly exhausted: boolean;
  readonly model?: string;
  readonly reason?: string;
  readonly attempts: readonly {
    readonly attempt: number;
    readonly type: "retry" | "model" | "message";
    readonly success: boolean;
    readonly model?: string;
    readonly error?: string;
  }[];
}

/** The result of a step. Texts are redacted. */
export interface StepOutcome {
  readonly status: "completed" | "failed" | "skipped";
  /**
   * “off” or “when”: the step or a conditional around it is disabled, or its condition is false; “failed”: an earlier
   * step failed; “beyond”: after `upToStep`; “branch”: in the branch not taken. No `step-start` is sent.
   */
  readonly skipReason?: "off" | "when" | "failed" | "cancelled" | "beyond" | "branch";
  readonly when?: string;
  readonly output?: RunValue;
  /** The model's original text; set only if `output` is the value parsed from that text as JSON. */
  readonly answerText?: string;
  readonly error?: string;
  /** Code or type of the error, without values of the run; set if `error` is. */
  readonly errorCode?: string;
  readonly isTolerated?: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly completedAt: number;
  readonly resolvedPrompt?: string;
  readonly modelUsed?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  /** US dollars; absent if the provider does not report the cost. */
  readonly cost?: number;
  readonly stopReason?: string;
  readonly retryCount?: number;
  readonly unresolvedVariables?: readonly string[];
  readonly fallback?: StepFallbackReport;
  readonly inputVariables?: JsonObject;
}

export type FlowRunEvent =
  | { readonly type: "step-start"; readonly step: RunStepDescription; readonly startedAt: number }
  | { readonly type: "text"; readonly step: RunStepDescription; readonly delta: string }
  | { readonly type: "step-end"; readonly step: RunStepDescription; readonly outcome: StepOutcome };

export interface FlowRunOutcome {
  readonly status: "completed" | "failed" | "cancelled";
  readonly error?: string;
  readonly finalOutput?: RunValue;
  readonly startedAt: number;
  readonly completedAt: number;
  readonly successfulSteps: number;
  readonly failedSteps: number;
  /** Number of prompts that ran; `contextSteps` counts the other steps that ran. */
  readonly promptsExecuted: number;
  readonly contextSteps: number;
  readonly totalTokens?: number;
  readonly cost?: number;
}

/** A caller with “write” who lacks RECORDS:READ gets only the record's id. */
export type RecordLookupPurpose = "read" | "write";

export interface RecordWriteOptions<Merge extends "merge" | "replace" | "deep-merge"> {
  readonly merge: Merge;
  /** Repeating the key of the record's last write changes nothing, so later edits of users remain. */
  readonly idempotencyKey: string;
}

/** Within the organization. Throws a `StepFailure` without the scope. Names must match exactly. */
export interface RecordReaderWriterForRuns {
  find(caller: Caller, id: string, purpose?: RecordLookupPurpose): Promise<RecordOfRun | undefined>;
  findByName(
    caller: Caller,
    type: string,
    name: string,
    purpose?: RecordLookupPurpose,
  ): Promise<RecordOfRun | undefined>;
  /** Lists records, most recently changed first. Throws a `StepFailure` for an invalid filter. */
  list(
    caller: Caller,
    query: {
      readonly type?: string | undefined;
      readonly search?: string | undefined;
      readonly filter?: JsonValue | undefined;
      readonly limit: number;
    },
  ): Promise<readonly RecordOfRun[]>;
  upsert(
    caller: Caller,
    record: { readonly type: string; readonly name: string; readonly metadata: JsonObject },
    how: RecordWriteOptions<"merge" | "replace">,
  ): Promise<RecordWriteResult>;
  /** Throws a `StepFailure` if the record does not exist. */
  update(
    caller: Caller,
    id: string,
    updates: JsonObject,
    how: RecordWriteOptions<"merge" | "replace" | "deep-merge">,
  ): Promise<RecordWriteResult>;
}
