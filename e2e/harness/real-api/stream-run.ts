import { setTimeout as wait } from "node:timers/promises";
import type { StreamedEvent } from "./endpoint.ts";
import { toText } from "./exact-json.ts";
import { COST_PER_PROMPT, type SimulatedRun, TOKENS_PER_PROMPT, costOf, nameOf } from "./run-flow.ts";
import type { RealApiState } from "./state.ts";

/** Streams the events of a run, one step per `stepMs`, until the client disconnects. */
export async function* streamRun(
  state: RealApiState,
  flowName: string,
  run: SimulatedRun,
  signal: AbortSignal,
): AsyncGenerator<StreamedEvent> {
  let seq = 1;
  const { executionId, steps, error } = run;
  const now = () => state.time(state.now());
  const event = (type: string, fields: object): StreamedEvent => ({
    type,
    executionId,
    seq: seq++,
    ...fields,
  });
  const totalSteps = steps.length;
  yield event("execution_start", {
    kind: "flow",
    startedAt: now(),
    flowName,
    totalSteps,
    source: "api",
  });
  for (const { step, order, status, output, error: stepError, resolvedPrompt } of steps) {
    await wait(state.switches.stepMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const isStopped = status === "skipped" && error !== undefined && order > findFailure(steps);
    if (isStopped) break;
    const common = { id: step.id, name: nameOf(step), stepType: step.type, index: order + 1, totalSteps };
    if (status === "skipped") {
      yield event("step_skip", { ...common, when: step["when"], skippedAt: now() });
      continue;
    }
    yield event("step_start", { ...common, startedAt: now() });
    if (resolvedPrompt !== undefined) {
      const block = { id: `${step.id}_text`, stepId: step.id };
      yield event("text_start", { ...block, role: "assistant" });
      for (const delta of toText(output).split(/(?<= )/)) yield event("text_delta", { ...block, delta });
      yield event("text_complete", { ...block, text: output });
    }
    yield event("step_complete", {
      ...common,
      success: status === "completed",
      ...(status === "failed" ? { error: stepError } : { result: resultOf(output, resolvedPrompt) }),
      ...(resolvedPrompt !== undefined && { tokensUsed: TOKENS_PER_PROMPT, cost: COST_PER_PROMPT }),
      durationMs: 12,
      completedAt: now(),
    });
  }
  if (state.switches.nextYear) yield event("insight_ready", { topics: ["billing"] });
  if (error !== undefined) {
    yield event("execution_error", {
      kind: "flow",
      error: { code: "step_failed", message: error },
      code: "step_failed",
    });
    return;
  }
  const completed = steps.filter(({ status }) => status === "completed");
  const last = completed.at(-1)?.output ?? "";
  yield event("execution_complete", {
    kind: "flow",
    success: true,
    totalSteps,
    successfulSteps: completed.length,
    failedSteps: steps.filter(({ status }) => status === "failed").length,
    finalOutput: toText(last),
    durationMs: 12 * completed.length,
    totalCost: costOf([run]),
    completedAt: now(),
  });
}

const findFailure = (steps: SimulatedRun["steps"]) => steps.findIndex(({ status }) => status === "failed");

const resultOf = (output: unknown, resolvedPrompt: string | undefined) =>
  resolvedPrompt === undefined ? output : { response: output };
