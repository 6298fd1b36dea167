import type { JsonObject, JsonValue } from "#core/json.ts";
import type { Caller } from "#server/caller.ts";

/** The record that a run is over, as `_record` shows it to the steps. */
export interface RunRecord {
  /** Null for one that is not stored. */
  readonly id: string | null;
  readonly name: string;
  readonly type: string;
  readonly metadata: JsonObject;
  readonly messages: readonly JsonValue[] | null;
}

/** What is to be run. The steps are taken as they are, in the order of the list. */
export interface RunPlan {
  readonly executionId: string;
  /** The id is null for a flow that is not stored. */
  readonly flow: { readonly id: string | null; readonly name: string };
  readonly steps: readonly JsonObject[];
  readonly record: RunRecord | undefined;
  /** Variables that the run begins with, by name. */
  readonly inputs: JsonObject;
  /** The conversation so far. */
  readonly messages: readonly JsonValue[];
  /** What `{{secrets.key}}` stands for; in no result, log or error. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly caller: Caller;
  /** Takes the place of every prompt's own model. */
  readonly modelOverride: string | undefined;
  /** Id of the last step to run, at whatever depth; undefined runs them all. */
  readonly upToStep: string | undefined;
}

/** A step of the flow that runs. */
export interface RunStep {
  /** The step's own id; one made up for the run where it has none. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Its number on the page, from 0, steps in branches counted: every step of the flow has one, and ends once. */
  readonly position: number;
  /** 0 at the top level. */
  readonly depth: number;
  readonly outputVariable: string | undefined;
}

/** What was tried after a prompt failed, as the stream's `fallback` says it. */
export interface FallbackUse {
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

/** How a step ended. Texts are free of secrets. */
export interface StepOutcome {
  readonly status: "completed" | "failed" | "skipped";
  /**
   * Why it did not run: it (or what it is in) is off or has a `when` that is false, a step before it failed, the run was
   * cancelled or was to end before it, or it is in the branch that was not taken. Such a step has no start.
   */
  readonly skipReason?: "off" | "when" | "failed" | "cancelled" | "beyond" | "branch";
  /** The step's `when`, where that is the reason. */
  readonly when?: string;
  /** Absent where there is none. */
  readonly output?: JsonValue;
  readonly error?: string;
  /** The run goes on although the step failed. */
  readonly isTolerated?: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly completedAt: number;
  readonly resolvedPrompt?: string;
  readonly modelUsed?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  /** In US dollars, where the provider said it. */
  readonly cost?: number;
  readonly stopReason?: string;
  readonly retryCount?: number;
  /** Names that templates of the step asked for and nobody had set; they came out empty. */
  readonly unresolvedVariables?: readonly string[];
  readonly fallback?: FallbackUse;
  /** The variables that the step read, with their values, long ones cut. */
  readonly inputVariables?: JsonObject;
}

/** What a run tells as it goes, in order. */
export type RunEvent =
  | { readonly type: "step-start"; readonly step: RunStep; readonly startedAt: number }
  | { readonly type: "text"; readonly step: RunStep; readonly delta: string }
  | { readonly type: "step-end"; readonly step: RunStep; readonly outcome: StepOutcome };

export interface RunOutcome {
  readonly status: "completed" | "failed" | "cancelled";
  /** Why it failed: the step's name and its error. */
  readonly error?: string;
  /** The last output that a step gave. */
  readonly finalOutput?: JsonValue;
  readonly startedAt: number;
  readonly completedAt: number;
  readonly successfulSteps: number;
  readonly failedSteps: number;
  /** Prompts that ran, and other steps that did. */
  readonly promptsExecuted: number;
  readonly contextSteps: number;
  readonly totalTokens?: number;
  readonly cost?: number;
}

/** Records as steps reach them, confined to the caller's organisation. Names are compared whole. */
export interface RunRecords {
  find(caller: Caller, id: string): Promise<RunRecord | undefined>;
  findByName(caller: Caller, type: string, name: string): Promise<RunRecord | undefined>;
  /** The last changed first. Throws a sentence for a filter that is not one. */
  list(
    caller: Caller,
    query: {
      readonly type?: string | undefined;
      readonly search?: string | undefined;
      readonly filter?: JsonValue | undefined;
      readonly limit: number;
    },
  ): Promise<readonly RunRecord[]>;
  /** Creates the record, or changes the one of that type and name; tells of it. */
  upsert(
    caller: Caller,
    record: { readonly type: string; readonly name: string; readonly metadata: JsonObject },
    merge: "merge" | "replace",
  ): Promise<RunRecord>;
  /** Throws a sentence where the record is gone. */
  update(
    caller: Caller,
    id: string,
    updates: JsonObject,
    merge: "merge" | "replace" | "deep-merge",
  ): Promise<RunRecord>;
}
