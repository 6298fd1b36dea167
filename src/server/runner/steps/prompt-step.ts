import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";
import type { ModelAnswer, ModelRequest } from "#server/runner/model/model-client.ts";
import { readMessages } from "#server/runner/model/read-messages.ts";
import {
  type StepCall,
  configValue,
  filledNumber,
  filledText,
  parseIfText,
} from "#server/runner/step-call.ts";
import { StepFailure, beginning } from "#server/runner/step-failure.ts";

const JSON_WISH = "Answer with JSON and nothing else.";

/** Asks a model, and tells the answer as it comes. */
export async function runPrompt(call: StepCall): Promise<JsonValue> {
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
      if (!isQuiet) await call.say(delta);
    },
  });
  const { text, model, ...told } = answer;
  call.note({ modelUsed: model, ...dropUnknown(told) });
  return wantsJson(call) ? readJsonAnswer(call, answer) : text;
}

function readRequest(call: StepCall): ModelRequest {
  const model = call.plan.modelOverride ?? filledText(call, "model").trim();
  if (model === "") throw new StepFailure("This prompt names no model: choose one.");
  const own = filledText(call, "systemPrompt");
  const isJson = wantsJson(call);
  const system = [own, isJson ? JSON_WISH : ""].filter((text) => text.trim() !== "").join("\n\n");
  const user = filledText(call, "userPrompt", "text");
  const previous = readMessages(readPrevious(call));
  if (user.trim() === "" && previous.length === 0) {
    throw new StepFailure(
      "The prompt is empty: write what the model is asked, or see why its variables are.",
    );
  }
  const topK = filledNumber(call, "topK");
  const effort = readEffort(call.config["reasoning"]);
  return {
    model,
    system: system === "" ? undefined : system,
    messages: user.trim() === "" ? previous : [...previous, { role: "user", content: user }],
    settings: dropUnknown({
      temperature: filledNumber(call, "temperature"),
      maxOutputTokens: filledNumber(call, "maxTokens"),
      topP: filledNumber(call, "topP"),
      frequencyPenalty: filledNumber(call, "frequencyPenalty"),
      presencePenalty: filledNumber(call, "presencePenalty"),
      seed: filledNumber(call, "seed"),
    }),
    more: {
      ...(topK !== undefined && { top_k: topK }),
      ...(effort !== undefined && { reasoning_effort: effort }),
      ...(isJson && { response_format: { type: "json_object" } }),
    },
  };
}

function wantsJson({ config }: StepCall): boolean {
  const format = config["responseFormat"];
  return typeof format === "string" && format.toLowerCase() === "json";
}

function readPrevious(call: StepCall): JsonValue {
  const value = configValue(call, "previousMessages") ?? null;
  return parseIfText(call.filler.value(value));
}

function readEffort(reasoning: JsonValue | undefined): string | undefined {
  if (reasoning === true) return "medium";
  if (!isJsonObject(reasoning) || reasoning["enabled"] === false) return undefined;
  const effort = reasoning["reasoningEffort"];
  return typeof effort === "string" ? effort : "medium";
}

/** Without its tools the model would answer something else than was meant. */
function refuseTools(tools: JsonValue | undefined): void {
  const lists = isJsonObject(tools) ? ["toolIds", "runtimeTools", "mcpServers"].map((key) => tools[key]) : [];
  if (lists.some((list) => Array.isArray(list) && list.length > 0)) {
    throw new StepFailure(
      "The tools of this prompt do not run on this server; connect it to the platform to run it, or take them out.",
    );
  }
}

/** Models like to put JSON between the fences of Markdown. */
function readJsonAnswer({ redact }: StepCall, { text, stopReason }: ModelAnswer): JsonValue {
  const inside = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/i.exec(text)?.[1] ?? text;
  try {
    return JSON.parse(inside) as JsonValue;
  } catch {
    const why = stopReason === "length" ? ", which was cut off at its maximum of tokens" : "";
    throw new StepFailure(
      text.trim() === ""
        ? "The model was asked for JSON and answered nothing."
        : `The model was asked for JSON and answered something else${why}: “${beginning(redact(text))}”`,
    );
  }
}

function dropUnknown<T extends object>(
  values: T,
): { [key in keyof T]?: Exclude<T[key], undefined> } & JsonObject {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as never;
}
