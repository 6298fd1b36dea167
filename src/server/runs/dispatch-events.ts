import type { DispatchEvents } from "#contract/dispatch.ts";
import type { JsonValue } from "#core/json.ts";
import type { RunEvent, RunOutcome, RunPlan, RunStep } from "#server/runner/run-plan.ts";

type EventName = Exclude<keyof DispatchEvents, "ping">;
type EventBody<Name extends EventName> = Omit<DispatchEvents[Name], "executionId" | "seq">;

export interface NamedEvent {
  readonly type: EventName;
  readonly data: object;
}

/** Words what a run tells as the API's events, numbered from 1. */
export class DispatchScript {
  readonly #plan: RunPlan;
  readonly #totalSteps: number;
  #seq = 0;
  #texts = 0;
  /** The text block that is open, and what it says so far. */
  #text: { readonly id: string; readonly parts: string[] } | undefined;

  constructor(plan: RunPlan, totalSteps: number) {
    this.#plan = plan;
    this.#totalSteps = totalSteps;
  }

  begin(startedAt: number): NamedEvent {
    const { flow } = this.#plan;
    return this.#name("execution_start", {
      kind: "flow",
      startedAt: iso(startedAt),
      ...(flow.id !== null && { flowId: flow.id }),
      flowName: flow.name,
      totalSteps: this.#totalSteps,
    });
  }

  word(event: RunEvent): readonly NamedEvent[] {
    switch (event.type) {
      case "step-start":
        return [this.#startStep(event.step, event.startedAt)];
      case "text":
        return [...this.#openText(event.step), this.#addText(event.delta)];
      case "step-end":
        return [...this.#closeText(), this.#endStep(event)];
    }
  }

  /** A run that failed or was ended says why, and one that came through how it went. */
  end(outcome: RunOutcome): NamedEvent {
    const { status, error, finalOutput, cost, totalTokens } = outcome;
    const counts = {
      totalSteps: this.#totalSteps,
      successfulSteps: outcome.successfulSteps,
      failedSteps: outcome.failedSteps,
      durationMs: Math.round(outcome.completedAt - outcome.startedAt),
      completedAt: iso(outcome.completedAt),
      ...(cost !== undefined && { totalCost: cost }),
      ...(totalTokens !== undefined && { totalTokensUsed: totalTokens }),
    };
    if (status !== "completed") {
      const code = status === "failed" ? "step_failed" : "cancelled";
      return this.#name("execution_error", { error: error ?? "The run was cancelled.", code, ...counts });
    }
    return this.#name("execution_complete", {
      kind: "flow",
      success: true,
      ...counts,
      ...(finalOutput !== undefined && { finalOutput: outputText(finalOutput) }),
    });
  }

  /** The server's fault, not the flow's. */
  breakOff(error: string): NamedEvent {
    return this.#name("execution_error", { error, code: "internal_error" });
  }

  #startStep(step: RunStep, startedAt: number): NamedEvent {
    const { outputVariable } = step;
    return this.#name("step_start", {
      ...this.#place(step),
      ...(outputVariable !== undefined && { outputVariable }),
      startedAt: iso(startedAt),
    });
  }

  #endStep({ step, outcome }: Extract<RunEvent, { type: "step-end" }>): NamedEvent {
    if (outcome.status === "skipped") {
      return this.#name("step_skip", {
        ...this.#place(step),
        ...(outcome.when !== undefined && { when: outcome.when }),
        ...(outcome.skipReason !== undefined && { reason: outcome.skipReason }),
        skippedAt: iso(outcome.completedAt),
      });
    }
    return this.#name("step_complete", {
      ...this.#place(step),
      success: outcome.status === "completed",
      ...(outcome.output !== undefined && { result: resultOf(step, outcome.output) }),
      ...(outcome.error !== undefined && { error: outcome.error }),
      durationMs: Math.round(outcome.completedAt - outcome.startedAt),
      ...(outcome.cost !== undefined && { cost: outcome.cost }),
      ...(outcome.totalTokens !== undefined && { tokensUsed: outcome.totalTokens }),
      ...(outcome.stopReason !== undefined && { stopReason: outcome.stopReason }),
      completedAt: iso(outcome.completedAt),
      ...(outcome.unresolvedVariables && { unresolvedVariables: [...outcome.unresolvedVariables] }),
      ...(outcome.fallback && { fallback: { ...outcome.fallback } }),
      ...(outcome.modelUsed !== undefined && { modelUsed: outcome.modelUsed }),
      ...(outcome.resolvedPrompt !== undefined && { resolvedPrompt: outcome.resolvedPrompt }),
      ...(outcome.inputVariables && { inputVariables: outcome.inputVariables }),
    });
  }

  #openText(step: RunStep): readonly NamedEvent[] {
    if (this.#text) return [];
    this.#texts += 1;
    this.#text = { id: `text_${this.#texts}`, parts: [] };
    return [this.#name("text_start", { id: this.#text.id, stepId: step.id })];
  }

  #addText(delta: string): NamedEvent {
    this.#text?.parts.push(delta);
    return this.#name("text_delta", { id: this.#text?.id ?? "", delta });
  }

  #closeText(): readonly NamedEvent[] {
    if (!this.#text) return [];
    const { id, parts } = this.#text;
    this.#text = undefined;
    return [this.#name("text_complete", { id, text: parts.join("") })];
  }

  /** Counted from 1, as the API's own samples are. */
  #place({ id, name, type, position, depth }: RunStep) {
    return { id, name, stepType: type, index: position + 1, totalSteps: this.#totalSteps, depth };
  }

  #name<Name extends EventName>(type: Name, body: EventBody<Name>): NamedEvent {
    this.#seq += 1;
    const { executionId } = this.#plan;
    return { type, data: { type, executionId, seq: this.#seq, ...body } };
  }
}

/** A prompt's answer stands in a field, as documented; what other steps give is the result. */
function resultOf({ type }: RunStep, output: JsonValue): JsonValue {
  return type === "prompt" ? { response: output } : output;
}

export function outputText(output: JsonValue): string {
  return typeof output === "string" ? output : JSON.stringify(output);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
