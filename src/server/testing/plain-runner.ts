import { setTimeout as wait } from "node:timers/promises";
import { quoteName } from "#core/text/quote-name.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import type { RunStepDescription, StepOutcome } from "#server/runner/run-plan.ts";
import { RunValue } from "#server/domain/run-value.ts";
import type { FlowRunner } from "#server/runner/runner.ts";

export interface FakeFlowRunner extends FlowRunner {
  readonly begun: Map<string, number>;
}

/**
 * Creates a runner without threads: `set-variable` returns its value, `wait-until` waits, any other step fails. Like the
 * real runner, it respects the order, disabled steps and the abort signal.
 */
export function createFakeFlowRunner(): FakeFlowRunner {
  const begun = new Map<string, number>();
  return {
    begun,
    close: async () => undefined,
    run: async ({ steps, record, upToStep }, { signal, onEvent }) => {
      const id = record?.id ?? "";
      begun.set(id, (begun.get(id) ?? 0) + 1);
      const startedAt = Date.now();
      let ended: "failed" | "cancelled" | "beyond" | undefined;
      let error: string | undefined;
      let finalOutput: RunValue | undefined;
      const counts = { successfulSteps: 0, failedSteps: 0, promptsExecuted: 0, contextSteps: 0 };
      for (const [position, step] of steps.entries()) {
        const place = describeStep(step, position);
        const begunAt = Date.now();
        const reason = step["enabled"] === false ? "off" : ended;
        if (reason) {
          const times = { startedAt: begunAt, completedAt: begunAt };
          await onEvent({
            type: "step-end",
            step: place,
            outcome: { status: "skipped", skipReason: reason, ...times },
          });
          continue;
        }
        await onEvent({ type: "step-start", step: place, startedAt: begunAt });
        const outcome = {
          ...(await runStep(step, place, signal)),
          startedAt: begunAt,
          completedAt: Date.now(),
        };
        await onEvent({ type: "step-end", step: place, outcome });
        counts.contextSteps += 1;
        if (outcome.status === "completed") {
          counts.successfulSteps += 1;
          finalOutput = outcome.output;
        } else {
          counts.failedSteps += 1;
          error = `${quoteName(place.name)}: ${outcome.error}`;
          ended = "failed";
        }
        if (signal.aborted) ended = "cancelled";
        if (place.id === upToStep) ended ??= "beyond";
      }
      const status = ended === "failed" || ended === "cancelled" ? ended : "completed";
      return {
        status,
        startedAt,
        completedAt: Date.now(),
        ...counts,
        ...(error !== undefined && { error }),
        ...(finalOutput !== undefined && { finalOutput }),
      };
    },
  };
}

type StepEnd = Omit<StepOutcome, "startedAt" | "completedAt">;

async function runStep(step: JsonObject, place: RunStepDescription, signal: AbortSignal): Promise<StepEnd> {
  const config = isJsonObject(step["config"]) ? step["config"] : {};
  if (step["type"] === "set-variable") {
    const { json, value = null } = config;
    const output = typeof json === "string" ? (JSON.parse(json) as JsonValue) : value;
    return { status: "completed", output: RunValue.of(output) };
  }
  if (step["type"] !== "wait-until") return { status: "failed", error: `“${place.type}” does not run here.` };
  const isWhole = await wait(Number(config["delayMs"] ?? 0), true, { signal }).catch(() => false);
  return isWhole
    ? { status: "completed", output: RunValue.of("waited") }
    : { status: "failed", error: "It was ended." };
}

function describeStep(step: JsonObject, position: number): RunStepDescription {
  const config = isJsonObject(step["config"]) ? step["config"] : {};
  const variable = config["outputVariable"] ?? config["variableName"];
  const text = (name: string) => (typeof step[name] === "string" ? step[name] : `${name}_${position}`);
  return {
    id: text("id"),
    name: text("name"),
    type: text("type"),
    position,
    depth: 0,
    outputVariable: typeof variable === "string" ? variable : undefined,
  };
}
