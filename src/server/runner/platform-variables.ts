import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { readTextOfModelMessageContent } from "./model/read-messages.ts";
import type { FlowRunPlan } from "./run-plan.ts";
import { convertRecordToStepOutput } from "./steps/record-steps.ts";

export function createPlatformVariables(
  plan: FlowRunPlan,
  startedAt: number,
  now: () => number,
): ReadonlyMap<string, () => JsonValue> {
  const constant = (value: JsonValue) => () => value;
  const lastMessage = plan.messages.findLast(
    (message) => isJsonObject(message) && message["role"] === "user",
  );
  const userMessage = isJsonObject(lastMessage) ? readTextOfModelMessageContent(lastMessage["content"]) : "";
  return new Map([
    ["_record", constant(plan.record ? convertRecordToStepOutput(plan.record) : {})],
    ["_flow", constant({ id: plan.flow.id, name: plan.flow.name })],
    ["_execution", constant({ id: plan.executionId, timestamp: new Date(startedAt).toISOString() })],
    ["_user", constant({ id: plan.caller.userId })],
    ["_agent", constant({})],
    ["_now", () => new Date(now()).toISOString()],
    ["messages", constant(plan.messages)],
    ["userMessage", constant(userMessage)],
    ["user_message", constant(userMessage)],
  ]);
}
