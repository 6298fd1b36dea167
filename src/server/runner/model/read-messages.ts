import { type JsonValue, isJsonObject } from "#core/json.ts";
import { StepFailure } from "#server/runner/step-failure.ts";

export interface ModelMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

const ROLES = ["system", "user", "assistant"] as const;

/** A conversation as `messages` holds it; nothing of it is passed over. */
export function readMessages(value: JsonValue): readonly ModelMessage[] {
  if (value === null || value === "") return [];
  if (!Array.isArray(value)) throw new StepFailure("The previous messages are not a list of messages.");
  return value.map((message: JsonValue) => {
    const role = isJsonObject(message) ? ROLES.find((known) => known === message["role"]) : undefined;
    const content = isJsonObject(message) ? readContent(message["content"]) : undefined;
    if (role === undefined || content === undefined) {
      throw new StepFailure(
        'A previous message cannot be sent to the model here: each must be like { "role": "user", "content": "…" }, with text only.',
      );
    }
    return { role, content };
  });
}

/** Text, or a list of parts that are text; undefined for anything else. */
export function readContent(content: JsonValue | undefined): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: JsonValue) => {
    if (typeof part === "string") return part;
    return isJsonObject(part) && typeof part["text"] === "string" ? part["text"] : undefined;
  });
  return texts.some((text) => text === undefined) ? undefined : texts.join("\n");
}
