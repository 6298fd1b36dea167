import type { DispatchEventDataByName } from "#contract/dispatch.ts";
import type { JsonObject } from "#core/json/json.ts";
import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import type { RunValue } from "#server/domain/run-value.ts";
import type {
  FlowRunEvent,
  FlowRunOutcome,
  FlowRunPlan,
  RunStepDescription,
  StepOutcome,
} from "#server/runner/run-plan.ts";

type EventName = keyof DispatchEventDataByName;
type EventBody<Name extends EventName> = Omit<DispatchEventDataByName[Name], "type" | "executionId" | "seq">;

export interface UnnumberedDispatchEvent {
  readonly type: EventName;
  readonly body: object;
  /** JSON texts of further members, which are sent as they are. */
  readonly texts?: Readonly<Record<string, string>>;
}

export interface NumberedDispatchEvent {
  readonly type: EventName;
  readonly json: string;
}

export class DispatchEventMapper {
  readonly #plan: FlowRunPlan;
  readonly #totalSteps: number;
  #seq = 0;
  #texts = 0;
  #text: { readonly id: string; readonly parts: string[] } | undefined;

  constructor(plan: FlowRunPlan, totalSteps: number) {
    this.#plan = plan;
    this.#totalSteps = totalSteps;
  }

  /** Call this right before sending: pings are numbered too, between the events of a step. */
  number({ type, body, texts }: UnnumberedDispatchEvent): NumberedDispatchEvent {
    this.#seq += 1;
    const { executionId } = this.#plan;
    return { type, json: serializeWithRawJson({ type, executionId, seq: this.#seq, ...body }, texts) };
  }

  ping(now: number): UnnumberedDispatchEvent {
    return name("ping", { timestamp: iso(now) });
  }

  /** `additions` are members beyond the published event, such as what was saved before the run. */
  begin(startedAt: number, additions: JsonObject): UnnumberedDispatchEvent {
    const { flow } = this.#plan;
    return name("execution_start", {
      kind: "flow",
      startedAt: iso(startedAt),
      ...(flow.id !== null && { flowId: flow.id }),
      flowName: flow.name,
      totalSteps: this.#totalSteps,
      ...additions,
    });
  }

  word(event: FlowRunEvent): readonly UnnumberedDispatchEvent[] {
    switch (event.type) {
      case "step-start":
        return [this.#startStep(event.step, event.startedAt)];
      case "text":
        return [...this.#openText(event.step), this.#addText(event.delta)];
      case "step-end":
        return [...this.#closeText(), this.#endStep(event)];
    }
  }

  end(outcome: FlowRunOutcome): UnnumberedDispatchEvent {
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
      return name("execution_error", {
        kind: "flow",
        error: error ?? "The run was cancelled.",
        code,
        ...counts,
      });
    }
    return name("execution_complete", {
      kind: "flow",
      success: true,
      ...counts,
      ...(finalOutput !== undefined && { finalOutput: formatOutputAsText(finalOutput) }),
    });
  }

  breakOff(error: string): UnnumberedDispatchEvent {
    return name("execution_error", { kind: "flow", error, code: "internal_error" });
  }

  #startStep(step: RunStepDescription, startedAt: number): UnnumberedDispatchEvent {
    const { outputVariable } = step;
    return name("step_start", {
      ...this.#place(step),
      ...(outputVariable !== undefined && { outputVariable }),
      startedAt: iso(startedAt),
    });
  }

  #endStep({ step, outcome }: Extract<FlowRunEvent, { type: "step-end" }>): UnnumberedDispatchEvent {
    if (outcome.status === "skipped") {
      return name("step_skip", {
        ...this.#place(step),
        ...(outcome.when !== undefined && { when: outcome.when }),
        ...(outcome.skipReason !== undefined && { reason: outcome.skipReason }),
        skippedAt: iso(outcome.completedAt),
      });
    }
    const { output } = outcome;
    const body: EventBody<"step_complete"> = {
      ...this.#place(step),
      success: outcome.status === "completed",
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
    };
    return {
      type: "step_complete",
      body,
      ...(output && { texts: { result: resultOf(step, outcome, output) } }),
    };
  }

  #openText(step: RunStepDescription): readonly UnnumberedDispatchEvent[] {
    if (this.#text) return [];
    this.#texts += 1;
    this.#text = { id: `text_${this.#texts}`, parts: [] };
    return [name("text_start", { id: this.#text.id, stepId: step.id })];
  }

  #addText(delta: string): UnnumberedDispatchEvent {
    this.#text?.parts.push(delta);
    return name("text_delta", { id: this.#text?.id ?? "", delta });
  }

  #closeText(): readonly UnnumberedDispatchEvent[] {
    if (!this.#text) return [];
    const { id, parts } = this.#text;
    this.#text = undefined;
    return [name("text_complete", { id, text: parts.join("") })];
  }

  #place({ id, name, type, position, depth }: RunStepDescription) {
    return { id, name, stepType: type, index: position + 1, totalSteps: this.#totalSteps, depth };
  }
}

function name<Name extends EventName>(type: Name, body: EventBody<Name>): UnnumberedDispatchEvent {
  return { type, body };
}

/** For a prompt, `response` and, for JSON, `parsed`; for other steps, the output itself. */
function resultOf({ type }: RunStepDescription, { answerText }: StepOutcome, output: RunValue): string {
  if (type !== "prompt") return output.json;
  const response = answerText ?? formatOutputAsText(output);
  return serializeWithRawJson({ response }, output.text === response ? {} : { parsed: output.json });
}

export function formatOutputAsText({ text, json }: RunValue): string {
  return text ?? json;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
