import { toText } from "./exact-json.ts";
import type { StepResult } from "#contract/run.ts";
import type { JsonObject } from "#core/json/json.ts";
import {
  ORGANIZATION_ID,
  type RealApiState,
  type StoredFlow,
  type StoredRecord,
  type StoredStep,
  USER_ID,
} from "./state.ts";

export type StoredStepResult = StepResult;

export interface StoredBatch {
  readonly id: string;
  readonly flowId: string;
  readonly flowName: string;
  /** Null for a batch that was executed immediately. */
  readonly scheduledAt: number | null;
  readonly startedAt: number;
  readonly runs: readonly SimulatedRun[];
  /** Number of finished records when the batch was cancelled. */
  cancelledAfter: number | undefined;
}

/** The outcome of running a flow on one record. Nothing is executed: outputs are derived from the settings of steps. */
export interface SimulatedRun {
  readonly executionId: string;
  readonly record: Pick<StoredRecord, "id" | "name" | "type" | "metadata"> | undefined;
  readonly steps: readonly SimulatedStep[];
  readonly error: string | undefined;
  readonly startedAt: number;
}

export interface SimulatedStep {
  readonly step: StoredStep;
  readonly order: number;
  readonly status: "completed" | "failed" | "skipped";
  readonly output: unknown;
  readonly error: string | undefined;
  readonly resolvedPrompt: string | undefined;
}

export const TOKENS_PER_PROMPT = 42;
export const COST_PER_PROMPT = 0.0015;

/**
 * Simulates a run. A step with `fail` in its name fails; `when: "false"` and `enabled: false` skip a step.
 */
export function simulateRun(
  state: RealApiState,
  flow: Pick<StoredFlow, "steps">,
  record: SimulatedRun["record"],
  inputs: Readonly<Record<string, unknown>> = {},
): SimulatedRun {
  const variables: Record<string, unknown> = { ...inputs, _record: record };
  const steps: SimulatedStep[] = [];
  let error: string | undefined;
  const run = (list: readonly StoredStep[]) => {
    for (const step of list) {
      const simulated = simulateStep(step, variables, {
        order: steps.length,
        isStopped: error !== undefined,
      });
      steps.push(simulated);
      if (simulated.status === "failed" && !continuesOnError(step)) error = simulated.error;
      if (simulated.status === "completed") run(nestedSteps(step));
    }
  };
  run(flow.steps);
  return { executionId: state.newId("exec"), record, steps, error, startedAt: state.now() };
}

function simulateStep(
  step: StoredStep,
  variables: Record<string, unknown>,
  { order, isStopped }: { readonly order: number; readonly isStopped: boolean },
): SimulatedStep {
  const config = configOf(step);
  const skipped = {
    step,
    order,
    status: "skipped",
    output: null,
    error: undefined,
    resolvedPrompt: undefined,
  } as const;
  if (isStopped || step["enabled"] === false || step["when"] === "false") return skipped;
  if (/fail/i.test(nameOf(step))) return { ...skipped, status: "failed", error: `${nameOf(step)} failed` };
  const resolvedPrompt =
    step.type === "prompt" ? resolve(toText(config["userPrompt"]), variables) : undefined;
  const output = resolvedPrompt === undefined ? outputOf(step, variables) : `Reply to: ${resolvedPrompt}`;
  const name = config["outputVariable"] ?? config["variableName"];
  if (typeof name === "string") variables[name] = output;
  return { ...skipped, status: "completed", output, resolvedPrompt };
}

function outputOf(step: StoredStep, variables: Readonly<Record<string, unknown>>): unknown {
  const { value, valueTemplate = value } = configOf(step);
  if (step.type === "set-variable") return resolve(toText(valueTemplate), variables);
  return { step: nameOf(step), ok: true };
}

function resolve(template: string, variables: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
    const value = path.split(".").reduce<unknown>((found, key) => {
      return typeof found === "object" && found !== null
        ? (found as Record<string, unknown>)[key]
        : undefined;
    }, variables);
    return toText(value);
  });
}

export const nameOf = (step: StoredStep): string => {
  const { name } = step;
  return typeof name === "string" ? name : step.type;
};

function configOf(step: StoredStep): Readonly<Record<string, unknown>> {
  const { config } = step;
  return typeof config === "object" && config !== null ? (config as Record<string, unknown>) : {};
}

function nestedSteps(step: StoredStep): readonly StoredStep[] {
  const { condition, trueSteps, falseSteps } = configOf(step);
  if (step.type !== "conditional") return [];
  const chosen = condition === "false" ? falseSteps : trueSteps;
  return Array.isArray(chosen) ? (chosen as readonly StoredStep[]) : [];
}

function continuesOnError(step: StoredStep): boolean {
  const { errorHandling } = configOf(step);
  if (typeof errorHandling === "object" && errorHandling !== null && "onError" in errorHandling)
    return errorHandling.onError !== "fail";
  return errorHandling === "continue";
}

function storeStepResults(state: RealApiState, flowId: string, run: SimulatedRun, batchId: string): void {
  const time = state.time(run.startedAt);
  const results = run.steps.map((simulated): StoredStepResult => {
    const { step, status, output, error, resolvedPrompt } = simulated;
    const isPrompt = resolvedPrompt !== undefined;
    return {
      id: state.newId("stepres"),
      userId: USER_ID,
      organizationId: ORGANIZATION_ID,
      batchExecutionId: batchId,
      executionSessionId: run.executionId,
      flowId,
      flowVersionId: null,
      recordId: run.record?.id ?? null,
      recordName: run.record?.name ?? null,
      stepId: step.id ?? null,
      stepName: nameOf(step),
      stepType: step.type,
      status: state.switches.nextYear && status === "skipped" ? "bypassed" : status,
      order: simulated.order,
      durationMs: status === "skipped" ? null : 12,
      outputPreview: status === "completed" ? previewOf(output) : null,
      startedAt: status === "skipped" ? null : time,
      completedAt: status === "skipped" ? null : time,
      createdAt: time,
      stepConfig: (step["config"] ?? {}) as JsonObject,
      ...(run.record && { recordMetadata: run.record.metadata as JsonObject }),
      ...(error !== undefined && { errorMessage: error }),
      ...(isPrompt && {
        resolvedPrompt,
        modelUsed: toText(configOf(step)["model"] ?? "default"),
        promptTokens: TOKENS_PER_PROMPT - 2,
        completionTokens: 2,
        totalTokens: TOKENS_PER_PROMPT,
        estimatedCost: String(COST_PER_PROMPT),
      }),
    };
  });
  state.stepResults = [...state.stepResults, ...results];
}

const previewOf = (output: unknown) => toText(output).slice(0, 500);

export function costOf(runs: readonly SimulatedRun[]): number {
  const prompts = runs
    .flatMap(({ steps }) => steps)
    .filter(({ resolvedPrompt }) => resolvedPrompt !== undefined);
  return prompts.length * COST_PER_PROMPT;
}

/** Runs a flow on records as a batch, which takes `stepMs` per record unless it is immediate. */
export function startBatch(
  state: RealApiState,
  flow: StoredFlow,
  records: readonly NonNullable<SimulatedRun["record"]>[],
  isImmediate: boolean,
): StoredBatch {
  const id = state.newId("batch");
  const runs = records.map((record) => simulateRun(state, flow, record));
  for (const run of runs) storeStepResults(state, flow.id, run, id);
  const startedAt = state.now();
  flow.lastRunAt = startedAt;
  const batch: StoredBatch = {
    id,
    flowId: flow.id,
    flowName: flow.name,
    scheduledAt: isImmediate ? null : startedAt,
    startedAt,
    runs,
    cancelledAfter: undefined,
  };
  state.batches.set(id, batch);
  state.usage.executionsUsed += records.length;
  return batch;
}

/** Number of records of a batch that are finished now. */
export function countFinishedRecords(state: RealApiState, batch: StoredBatch): number {
  if (batch.cancelledAfter !== undefined) return batch.cancelledAfter;
  if (batch.scheduledAt === null) return batch.runs.length;
  const elapsed = (state.now() - batch.startedAt) / 1000;
  return Math.min(batch.runs.length, Math.floor(elapsed / state.switches.stepMs));
}
