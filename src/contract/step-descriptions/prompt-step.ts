import * as z from "zod/mini";
import type { StepTypeDescription } from "#contract/step-description.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import type { StepConfigNote } from "#core/references/reference.ts";
import { outputAndAdvancedFields } from "./output-and-advanced-fields.ts";
import {
  assignFieldsToGroup,
  describeChoiceField,
  describeJsonField,
  describeLongTextField,
  describeNumberField,
  describeSuggestedChoiceField,
  describeTextField,
} from "./describe-field.ts";
import { createValueOrObjectSchema } from "./value-or-object-schema.ts";
import { promptStepToolFields } from "./prompt-tools.ts";
import { createChoiceSchema, createNumberSchema, createBooleanSchema } from "./value-schemas.ts";

const previousMessages = z.union(
  [z.string(), z.array(z.unknown())],
  "Previous messages must be {{messages}} or a list of messages.",
);

const reasoning = createValueOrObjectSchema(
  z.boolean('Reasoning must be true, false or an object such as { "reasoningEffort": "high" }.'),
  z.looseObject({
    enabled: z.optional(createBooleanSchema("enabled")),
    reasoningEffort: z.optional(
      createChoiceSchema("reasoningEffort", ["minimal", "low", "medium", "high", "xhigh"]),
    ),
    reasoningSummary: z.optional(createChoiceSchema("reasoningSummary", ["auto", "detailed"])),
    includeThoughts: z.optional(createBooleanSchema("includeThoughts")),
    budgetTokens: z.optional(createNumberSchema("budgetTokens", { min: 1000, max: 100_000, whole: true })),
    thinkingBudget: z.optional(createNumberSchema("thinkingBudget", { min: 1024, max: 65_536, whole: true })),
  }),
);

export const promptStepDescription: StepTypeDescription = {
  type: "prompt",
  label: "Prompt",
  icon: "Sparkles",
  hint: [["model"], ["userPrompt", "text", "systemPrompt"]],
  effect: "model",
  needs: "models",
  help: "Ask an AI model and keep the answer.",
  terms:
    "llm openai gpt claude anthropic gemini chat completion ai model classify extract summarize translate write answer reply decide",
  fields: [
    ...assignFieldsToGroup(
      "Prompt",
      describeLongTextField("systemPrompt", "System prompt", "The model’s role and rules.", {
        type: "prompt",
      }),
      describeLongTextField("userPrompt", "Prompt", "What to ask the model. Type {{ to insert a variable.", {
        type: "prompt",
        aliases: ["text"],
      }),
    ),
    ...assignFieldsToGroup(
      "Model",
      describeSuggestedChoiceField("model", "Model", null, {
        options: {
          "claude-sonnet-4-5": "claude-sonnet-4-5",
          "gpt-4o": "gpt-4o",
          "gpt-4o-mini": "gpt-4o-mini",
        },
        suggests: "models",
        required: true,
      }),
      describeNumberField("temperature", "Temperature", "Low is consistent, high is creative.", {
        min: 0,
        max: 2,
        step: 0.1,
      }),
      describeNumberField(
        "maxTokens",
        "Max tokens",
        "Longer answers are truncated. One token is about four letters.",
        {
          min: 1,
          whole: true,
          unit: "tokens",
        },
      ),
      describeJsonField(
        "reasoning",
        "Reasoning",
        'true, or an object such as { "enabled": true, "reasoningEffort": "high" }.',
        { schema: reasoning },
      ),
    ),
    ...assignFieldsToGroup(
      "Output",
      describeChoiceField(
        "responseFormat",
        "Response format",
        "Later steps can read fields of a JSON answer.",
        {
          options: { text: "Plain text", markdown: "Markdown", json: "JSON", html: "HTML", xml: "XML" },
          old: ["default"],
          anyCase: true,
        },
      ),
    ),
    ...outputAndAdvancedFields([
      describeTextField(
        "previousMessages",
        "Previous messages",
        "{{messages}} in a chat, or a JSON list of messages.",
        {
          placeholder: "{{messages}}",
          schema: previousMessages,
        },
      ),
      ...promptStepToolFields,
      describeNumberField(
        "topP",
        "Top P",
        "Sample only from the most likely tokens with this total probability.",
        {
          min: 0,
          max: 1,
          step: 0.05,
        },
      ),
      describeNumberField("topK", "Top K", "Sample only from this many most likely tokens.", {
        min: 1,
        max: 500,
        whole: true,
      }),
      describeNumberField(
        "frequencyPenalty",
        "Frequency penalty",
        "Above 0 makes frequent words less likely.",
        {
          min: -2,
          max: 2,
          step: 0.1,
        },
      ),
      describeNumberField(
        "presencePenalty",
        "Presence penalty",
        "Above 0 makes words that already occurred less likely.",
        { min: -2, max: 2, step: 0.1 },
      ),
      describeNumberField("seed", "Seed", "The same seed makes answers more reproducible.", {
        whole: true,
      }),
    ]),
  ],
  newConfig: { model: "claude-sonnet-4-5", userPrompt: "", outputVariable: "" },
  findNotes: findMissingPrompt,
};

/** Returns a note for a prompt step without a prompt and previous messages, which so sends the run's messages. */
function findMissingPrompt({ userPrompt, text, previousMessages }: JsonObject): readonly StepConfigNote[] {
  if (![userPrompt, text, previousMessages].every(isEmptyText)) return [];
  const key = userPrompt === undefined && text !== undefined ? "text" : "userPrompt";
  return [{ code: "missing-prompt", path: [key], predicate: "needs a prompt, or messages at run time." }];
}

function isEmptyText(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "string" ? value.trim() === "" : Array.isArray(value) && value.length === 0;
}
