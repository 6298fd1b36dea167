import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import type { ModelRequest } from "#server/runner/model/model-client.ts";
import { type ModelMessage, parseModelMessages } from "#server/runner/model/read-messages.ts";
import {
  type StepRunContext,
  readFirstSetConfigValue,
  fillConfigNumber,
  fillConfigText,
  parseJsonTextOrKeepValue,
} from "#server/runner/step-run-context.ts";
import type { RunValue } from "#server/domain/run-value.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

const JSON_INSTRUCTION = "Answer with JSON and nothing else.";

export async function runPromptStep(call: StepRunContext): Promise<string | RunValue> {
  refuseTools(call.config["tools"]);
  const request = readRequest(call);
  const { system, messages } = request;
  const last = messages.at(-1)?.content ?? "";
  call.note({
    resolvedPrompt: system === undefined ? last : `${system}\n\n${last}`,
    modelUsed: request.model,
  });
  const isQuiet = call.config["streamOutput"] === false;
  const answer = await call.tools.model.ask(request, {
    signal: call.signal,
    redact: call.redact,
    onText: async (delta) => {
      await call.memory.take(2 * delta.length, call.signal);
      if (!isQuiet) await call.say(delta);
    },
  });
  const { text, model, ...reported } = answer;
  call.note({ modelUsed: model, ...omitUndefinedValues(reported) });
  return wantsJson(call) ? readJsonAnswer(call, text) : text;
}

function readRequest(call: StepRunContext): ModelRequest {
  const model = call.plan.modelOverride ?? fillConfigText(call, "model").trim();
  if (model === "") throw new StepFailure("Model is required.");
  const own = fillConfigText(call, "systemPrompt");
  const isJson = wantsJson(call);
  const system = [own, isJson ? JSON_INSTRUCTION : ""].filter((text) => text.trim() !== "").join("\n\n");
  const messages = readMessages(call);
  const topK = fillConfigNumber(call, "topK");
  const effort = readEffort(call.config["reasoning"]);
  return {
    model,
    system: system === "" ? undefined : system,
    messages,
    settings: omitUndefinedValues({
      temperature: fillConfigNumber(call, "temperature"),
      maxOutputTokens: fillConfigNumber(call, "maxTokens"),
      topP: fillConfigNumber(call, "topP"),
      frequencyPenalty: fillConfigNumber(call, "frequencyPenalty"),
      presencePenalty: fillConfigNumber(call, "presencePenalty"),
      seed: fillConfigNumber(call, "seed"),
    }),
    more: {
      ...(topK !== undefined && { top_k: topK }),
      ...(effort !== undefined && { reasoning_effort: effort }),
      ...(isJson && { response_format: { type: "json_object" } }),
    },
  };
}

/** Returns the messages to send. A step with neither a prompt nor previous messages sends the messages of the run. */
function readMessages(call: StepRunContext): readonly ModelMessage[] {
  const user = fillConfigText(call, "userPrompt", "text");
  const previous = parseModelMessages(readPrevious(call));
  if (user.trim() !== "") {
    const last = previous.at(-1);
    // In a chat, {{messages}} ends with the message that {{user_message}} repeats.
    const isRepeated = last?.role === "user" && last.content === user;
    return isRepeated ? previous : [...previous, { role: "user", content: user }];
  }
  if (previous.length > 0) return previous;
  const template = readFirstSetConfigValue(call, "userPrompt", "text");
  if (typeof template === "string" && template.trim() !== "") {
    throw new StepFailure("The prompt is empty once its variables are filled in. Check its variables.");
  }
  const messages = parseModelMessages(call.plan.messages);
  if (messages.length > 0) return messages;
  throw new StepFailure(
    "Nothing to send to the model. Write a prompt in this step, or send “messages” with the run or its record.",
  );
}

function wantsJson({ config }: StepRunContext): boolean {
  const format = config["responseFormat"];
  return typeof format === "string" && format.toLowerCase() === "json";
}

function readPrevious(call: StepRunContext): JsonValue {
  const value = readFirstSetConfigValue(call, "previousMessages") ?? null;
  return parseJsonTextOrKeepValue(call.filler.value(value));
}

function readEffort(reasoning: JsonValue | undefined): string | undefined {
  if (reasoning === true) return "medium";
  if (!isJsonObject(reasoning) || reasoning["enabled"] === false) return undefined;
  const effort = reasoning["reasoningEffort"];
  return typeof effort === "string" ? effort : "medium";
}

/** Throws: this server supports no tools, and without them the model would answer differently. */
function refuseTools(tools: JsonValue | undefined): void {
  const lists = isJsonObject(tools) ? ["toolIds", "runtimeTools", "mcpServers"].map((key) => tools[key]) : [];
  if (lists.some((list) => Array.isArray(list) && list.length > 0)) {
    throw new StepFailure(
      "This server does not support prompt tools. Remove them, or connect the server to the platform.",
    );
  }
}

/** Parses the JSON in a model's answer. Returns invalid JSON as text instead of failing, like the platform. */
async function readJsonAnswer(
  { note, tools, signal }: StepRunContext,
  text: string,
): Promise<string | RunValue> {
  const parsed = await tools.texts.readJson(removeCodeFence(text), signal);
  if (!parsed) return text;
  note({ answerText: text });
  return parsed;
}

const FENCE = "```";

/** Models like to add a code fence. A regular expression could backtrack for long. */
export function removeCodeFence(text: string): string {
  const block = text.trim();
  const lineEnd = block.indexOf("\n");
  if (lineEnd === -1 || !block.startsWith(FENCE) || !block.endsWith(FENCE)) return text;
  const language = block.slice(FENCE.length, lineEnd).trim().toLowerCase();
  if (language !== "" && language !== "json") return text;
  return block.slice(lineEnd, -FENCE.length).trim();
}

function omitUndefinedValues<T extends object>(
  values: T,
): { [key in keyof T]?: Exclude<T[key], undefined> } & JsonObject {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as never;
}
