import type { DispatchEventDataByName } from "#contract/dispatch.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { findStepByRunId } from "#core/document/run-ids.ts";
import { getStepName, getStepType } from "#core/document/step.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getHttpsUrlIfValid } from "#core/https-url.ts";
import type { FlowRunStreamEvent } from "#client/data/api/flow-run-event-reader.ts";

export interface TestRunStateOfStep {
  readonly status: "waiting" | "running" | "completed" | "failed" | "skipped" | "cancelled";
  readonly text: string;
  readonly startedAt?: string | undefined;
  readonly end?: DispatchEventDataByName["step_complete"];
  readonly skip?: DispatchEventDataByName["step_skip"];
  readonly output?: JsonValue;
}

export interface TestRun {
  /** The document that was run; the editor's document may have changed since. */
  readonly document: FlowDocument;
  /** The last step to run; undefined for all steps. */
  readonly upTo: StepKey | undefined;
  /** `refused`: the server ran nothing. `lost`: the stream was interrupted, so the outcome is unknown. */
  readonly status: "running" | "completed" | "failed" | "stopped" | "refused" | "lost";
  readonly error?: string;
  readonly upgradeUrl?: string | undefined;
  readonly steps: ReadonlyMap<StepKey, TestRunStateOfStep>;
  /** Id of the step that writes a streamed text block, by the id of the block. */
  readonly texts: ReadonlyMap<string, string>;
  readonly durationMs?: number | undefined;
  readonly cost?: number | undefined;
  readonly tokens?: number | undefined;
}

const WAITING: TestRunStateOfStep = { status: "waiting", text: "" };

export function createTestRun(document: FlowDocument, upTo: StepKey | undefined): TestRun {
  const steps = new Map<StepKey, TestRunStateOfStep>();
  const addWaitingSteps = (nodes: readonly StepNode[] = []) => {
    for (const { key, branches } of nodes) {
      steps.set(key, WAITING);
      addWaitingSteps(branches?.trueSteps);
      addWaitingSteps(branches?.falseSteps);
    }
  };
  addWaitingSteps(document.steps);
  return { document, upTo, status: "running", steps, texts: new Map() };
}

/** Returns the run with the events applied in order; ignores events of unknown steps. */
export function applyTestRunEvents(run: TestRun, events: readonly FlowRunStreamEvent[]): TestRun {
  const steps = new Map(run.steps);
  const texts = new Map(run.texts);
  let next: TestRun = { ...run, steps, texts };
  const changeStep = (id: string, changed: Partial<TestRunStateOfStep>, name?: string) => {
    const key = findStepOfEvent(run.document, id, name);
    const before = key === undefined ? undefined : steps.get(key);
    if (key !== undefined && before) steps.set(key, { ...before, ...changed });
  };
  for (const event of events) {
    switch (event.type) {
      case "execution_start":
        break;
      case "step_start":
        changeStep(event.id, { status: "running", startedAt: event.startedAt }, event.name);
        break;
      case "text_start":
        if (event.stepId !== undefined) texts.set(event.id, event.stepId);
        break;
      case "text_delta": {
        const stepId = texts.get(event.id);
        const key = stepId === undefined ? undefined : findStepByRunId(run.document, stepId);
        const before = key === undefined ? undefined : steps.get(key);
        if (stepId !== undefined && before) changeStep(stepId, { text: before.text + event.delta });
        break;
      }
      case "text_complete":
        break;
      case "step_complete":
        changeStep(
          event.id,
          {
            status: event.success === false ? "failed" : "completed",
            end: event,
            ...readOutput(event, run.document),
          },
          event.name,
        );
        break;
      case "step_skip":
        changeStep(event.id, { status: "skipped", skip: event }, event.name);
        break;
      case "execution_complete":
        next = {
          ...next,
          status: event.success ? "completed" : "failed",
          durationMs: event.durationMs,
          cost: event.totalCost,
          tokens: event.totalTokensUsed,
        };
        break;
      case "execution_error":
        next = {
          ...next,
          status: event.code === "cancelled" ? "stopped" : "failed",
          error: event.error,
          upgradeUrl: getHttpsUrlIfValid(event["upgradeUrl"]),
          durationMs: readNumber(event["durationMs"]),
          cost: readNumber(event["totalCost"]),
          tokens: readNumber(event["totalTokensUsed"]),
        };
    }
  }
  if (next.status === "running") return next;
  const isOver = next.status === "completed" || next.status === "failed";
  return cancelRunning(isOver ? skipWaiting(next) : next);
}

/** By name if the API reports steps under other ids than those in the request. */
function findStepOfEvent(document: FlowDocument, id: string, name: string | undefined): StepKey | undefined {
  const known = findStepByRunId(document, id);
  if (known !== undefined || name === undefined) return known;
  const named = [...getLocationsOfAllSteps(document).values()].filter(
    ({ node }) => getStepName(node) === name,
  );
  return named.length === 1 ? named[0]?.node.key : undefined;
}

/** Marks steps without events as skipped at the end of a run, because not every API reports skipped steps. */
function skipWaiting(run: TestRun): TestRun {
  const steps = new Map(run.steps);
  const reason = run.upTo === undefined ? {} : { reason: "beyond" };
  for (const [key, step] of steps) {
    if (step.status !== "waiting") continue;
    const skip = { type: "step_skip" as const, executionId: "", seq: 0, id: key, ...reason };
    steps.set(key, { ...step, status: "skipped", skip });
  }
  return { ...run, steps };
}

export function endTestRun(
  run: TestRun,
  status: "stopped" | "refused" | "lost",
  failure: Pick<TestRun, "error" | "upgradeUrl"> = {},
): TestRun {
  return cancelRunning({ ...run, status, ...failure });
}

function cancelRunning(run: TestRun): TestRun {
  const steps = new Map(run.steps);
  for (const [key, step] of steps) {
    if (step.status === "running") steps.set(key, { ...step, status: "cancelled" });
  }
  return { ...run, steps };
}

/** Returns a prompt's `parsed` or `response` field; the output of any other step is its whole result. */
function readOutput(
  { result, stepType, id, name }: DispatchEventDataByName["step_complete"],
  document: FlowDocument,
): Partial<TestRunStateOfStep> {
  if (result === undefined) return {};
  const key = findStepOfEvent(document, id, name);
  const node = key === undefined ? undefined : findStep(document, key);
  const type = stepType ?? (node && getStepType(node));
  const isAnswer = type === "prompt" && isJsonObject(result) && Object.hasOwn(result, "response");
  const field = isAnswer && Object.hasOwn(result, "parsed") ? "parsed" : "response";
  const output = isAnswer ? result[field] : result;
  return output === undefined ? {} : { output };
}

function readNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
