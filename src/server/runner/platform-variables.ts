import { type JsonValue, isJsonObject } from "#core/json.ts";
import { readContent } from "./model/read-messages.ts";
import type { RunPlan } from "./run-plan.ts";
import { recordValue } from "./steps/record-steps.ts";

/** What every run knows without a step, by name. `_now` is read anew each time. */
export function platformVariables(
  plan: RunPlan,
  startedAt: number,
  now: () => number,
): ReadonlyMap<string, () => JsonValue> {
  const constant = (value: JsonValue) => () => value;
  const lastMessage = plan.messages.findLast(
    (message) => isJsonObject(message) && message["role"] === "user",
  );
  const userMessage = isJsonObject(lastMessage) ? (readContent(lastMessage["content"]) ?? "") : "";
  return new Map([
    ["_record", constant(plan.record ? recordValue(plan.record) : {})],
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
