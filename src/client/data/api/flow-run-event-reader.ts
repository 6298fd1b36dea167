import type { DispatchEventDataByName } from "#contract/dispatch.ts";

type EventName = Exclude<keyof DispatchEventDataByName, "ping">;

export type FlowRunStreamEvent = DispatchEventDataByName[EventName];

type Fields = Readonly<Record<string, unknown>>;
type StepEnd = DispatchEventDataByName["step_complete"];

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const firstText = (...values: readonly unknown[]) => values.find((value) => typeof value === "string");
const firstNumber = (...values: readonly unknown[]) => values.find((value) => typeof value === "number");

const WAITS =
  "The run waits for an approval or for a tool of the client, which this page can’t provide. Continue it on the platform.";

/** Reads `execution_…` and the older `flow_…` events, whose texts belong to the running step. */
export function createFlowRunEventReader(): (
  name: string,
  value: unknown,
) => readonly FlowRunStreamEvent[] | undefined {
  let runningStep = "";
  const textBlocks = new Set<string>();
  return (name, value) => {
    if (!isObject(value)) return undefined;
    const stepId = firstText(value["id"], value["stepId"]) ?? "";
    const base = { executionId: firstText(value["executionId"]) ?? "", seq: firstNumber(value["seq"]) ?? 0 };
    switch (name) {
      case "execution_start":
      case "flow_start":
        return [{ kind: "flow", startedAt: "", ...value, ...base, type: "execution_start" } as never];
      case "step_start":
        runningStep = stepId;
        return [{ ...value, ...base, ...readNames(value), id: stepId, type: "step_start" }];
      case "text_start": {
        const ofStep = firstText(value["stepId"]) ?? runningStep;
        textBlocks.add(stepId);
        return [{ ...value, ...base, id: stepId, stepId: ofStep, type: "text_start" }];
      }
      case "text_delta":
      case "step_delta":
      case "step_chunk":
      case "chunk": {
        const delta = firstText(value["delta"], value["text"], value["content"], value["chunk"]);
        if (delta === undefined) return undefined;
        if (name === "text_delta" && textBlocks.has(stepId))
          return [{ ...value, ...base, id: stepId, delta, type: "text_delta" }];
        const ofStep = firstText(value["stepId"], name === "text_delta" ? "" : value["id"]) || runningStep;
        const id = `text of ${ofStep}`;
        const start = { ...base, id, stepId: ofStep, type: "text_start" } as const;
        return [start, { ...base, id, delta, type: "text_delta" }];
      }
      case "text_complete":
        return [{ ...value, ...base, id: stepId, type: "text_complete" } as never];
      case "step_complete":
      case "step_error":
        return [{ ...readStepEnd(value, name === "step_error"), ...base }];
      case "step_skip":
        return [{ ...value, ...base, ...readNames(value), id: stepId, type: "step_skip" } as never];
      case "execution_complete":
      case "flow_complete":
        return [
          { kind: "flow", ...value, ...base, ...readRunEnd(value), type: "execution_complete" } as never,
        ];
      case "error":
        if (value["recoverable"] === true) return undefined;
        return [createRunError(value, base)];
      case "execution_error":
      case "flow_error":
        return [createRunError(value, base)];
      case "await":
      case "step_await":
      case "flow_await":
        return [{ ...base, error: WAITS, code: "await", type: "execution_error" }];
      default:
        return undefined;
    }
  };
}

/** Undefined if the answer does not say how the run ended. */
export function readFlowRunResult(value: unknown): readonly FlowRunStreamEvent[] | undefined {
  if (!isObject(value)) return undefined;
  const base = { executionId: firstText(value["executionId"]) ?? "", seq: 0 };
  const isFailed = value["success"] === false || value["status"] === "failed" || value["status"] === "error";
  const isDone = value["success"] === true || value["status"] === "completed";
  if (!isFailed && !isDone) return undefined;
  const steps = Array.isArray(value["steps"]) ? value["steps"].filter(isObject) : [];
  const events = steps.map((step): FlowRunStreamEvent => {
    const id = firstText(step["id"], step["stepId"]) ?? "";
    if (step["status"] === "skipped") return { ...base, id, ...readNames(step), type: "step_skip" };
    const end = readStepEnd({ result: step["output"], ...step }, step["status"] === "failed");
    return { ...end, ...base };
  });
  const error = readErrorText(value["error"]);
  if (isFailed && error !== undefined) return [...events, createRunError(value, base)];
  const end = { ...value, ...base, kind: "flow", ...readRunEnd({ success: isDone, ...value }) };
  return [...events, { ...end, type: "execution_complete" } as never];
}

function readNames(value: Fields) {
  const name = firstText(value["name"], value["stepName"]);
  const stepType = firstText(value["stepType"]);
  return { ...(name !== undefined && { name }), ...(stepType !== undefined && { stepType }) };
}

function readStepEnd(value: Fields, isError: boolean): StepEnd {
  const error = readErrorText(value["error"]) ?? (isError ? "The step failed." : undefined);
  const { error: _error, success, durationMs: _duration, unresolvedVariables, ...rest } = value;
  const durationMs = firstNumber(value["durationMs"], value["executionTime"], value["duration"]);
  return {
    ...rest,
    ...readNames(value),
    type: "step_complete",
    executionId: "",
    seq: 0,
    id: firstText(value["id"], value["stepId"]) ?? "",
    success: success !== false && !isError,
    ...(error !== undefined && { error }),
    ...(durationMs !== undefined && { durationMs }),
    ...(Array.isArray(unresolvedVariables) && {
      unresolvedVariables: unresolvedVariables.filter((name) => typeof name === "string"),
    }),
  };
}

function readRunEnd(value: Fields) {
  const failed = firstNumber(value["failedSteps"], value["stepErrorCount"]) ?? 0;
  const durationMs = firstNumber(value["durationMs"], value["executionTime"], value["duration"]);
  return {
    success: typeof value["success"] === "boolean" ? value["success"] : failed === 0,
    durationMs,
    totalCost: firstNumber(value["totalCost"]),
    totalTokensUsed: firstNumber(value["totalTokensUsed"], value["totalTokens"]),
  };
}

function createRunError(value: Fields, base: { executionId: string; seq: number }): FlowRunStreamEvent {
  const details = isObject(value["error"]) ? value["error"] : {};
  const code = firstText(value["code"], details["code"]);
  const blocked = firstText(value["blockReason"], details["blockReason"]);
  const said = readErrorText(value["error"]) ?? firstText(value["message"]) ?? "The run failed.";
  const error = blocked === undefined || said.includes(blocked) ? said : `${said} (${blocked})`;
  return {
    upgradeUrl: details["upgradeUrl"],
    ...value,
    ...base,
    error,
    ...(code !== undefined && { code }),
    type: "execution_error",
  };
}

function readErrorText(error: unknown): string | undefined {
  const text = isObject(error)
    ? firstText(error["message"], error["error"], error["code"])
    : firstText(error);
  return text === "" ? undefined : text;
}
