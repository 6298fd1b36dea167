import * as z from "zod/mini";
import type { StepDescription } from "#contract/step-description.ts";
import { resultFields } from "./common-fields.ts";
import { choice, json, longText, number, openChoice, text } from "./describe-field.ts";
import { eitherSchema } from "./either-schema.ts";
import { promptTools } from "./prompt-tools.ts";
import { choiceSchema, numberSchema, switchSchema } from "./value-schemas.ts";

const previousMessages = z.union(
  [z.string(), z.array(z.unknown())],
  "Previous messages must be {{messages}} or a list of messages.",
);

const reasoning = eitherSchema(
  z.boolean('Reasoning must be true, false or an object such as { "reasoningEffort": "high" }.'),
  z.looseObject({
    enabled: z.optional(switchSchema("enabled")),
    reasoningEffort: z.optional(
      choiceSchema("reasoningEffort", ["minimal", "low", "medium", "high", "xhigh"]),
    ),
    reasoningSummary: z.optional(choiceSchema("reasoningSummary", ["auto", "detailed"])),
    includeThoughts: z.optional(switchSchema("includeThoughts")),
    budgetTokens: z.optional(numberSchema("budgetTokens", { min: 1000, max: 100_000, whole: true })),
    thinkingBudget: z.optional(numberSchema("thinkingBudget", { min: 1024, max: 65_536, whole: true })),
  }),
);

export const promptStep: StepDescription = {
  type: "prompt",
  help: "Asks a language model, and keeps its answer.",
  fields: [
    openChoice(
      "model",
      "Model",
      "The language model that answers.",
      {
        "claude-sonnet-4-5": "claude-sonnet-4-5",
        "gpt-4o": "gpt-4o",
        "gpt-4o-mini": "gpt-4o-mini",
      },
      { required: true },
    ),
    longText(
      "prompt",
      "systemPrompt",
      "System prompt",
      "Who the model is and how it should answer, every time.",
    ),
    longText(
      "prompt",
      "userPrompt",
      "Prompt",
      "What the model is asked, with the variables of earlier steps.",
      {
        aliases: ["text"],
        required: true,
      },
    ),
    choice(
      "responseFormat",
      "Response format",
      "The form of the answer: later steps can read the parts of JSON.",
      { text: "Plain text", markdown: "Markdown", json: "JSON", html: "HTML", xml: "XML" },
      { old: ["default"], anyCase: true },
    ),
    ...resultFields([
      number("temperature", "Temperature", "How much answers vary: low is steady, high is inventive.", {
        min: 0,
        max: 2,
        step: 0.1,
      }),
      number("maxTokens", "Maximum tokens", "Where the answer is cut off: a token is about four letters.", {
        min: 1,
        whole: true,
        unit: "tokens",
      }),
      text(
        "previousMessages",
        "Previous messages",
        "The conversation so far: {{messages}} in a chat, or a list of messages as JSON.",
        { placeholder: "{{messages}}", schema: previousMessages },
      ),
      json(
        "reasoning",
        "Reasoning",
        'Lets the model think before it answers: true, or an object such as { "enabled": true, "reasoningEffort": "high" }.',
        { schema: reasoning },
      ),
      ...promptTools,
      number("topP", "Top P", "Leaves out the least likely words: 0.9 keeps the likeliest nine tenths.", {
        min: 0,
        max: 1,
        step: 0.05,
      }),
      number("topK", "Top K", "How many of the likeliest words the model chooses from.", {
        min: 1,
        max: 500,
        whole: true,
      }),
      number(
        "frequencyPenalty",
        "Frequency penalty",
        "Above 0, words that were used often become less likely; below 0, more likely.",
        { min: -2, max: 2, step: 0.1 },
      ),
      number(
        "presencePenalty",
        "Presence penalty",
        "Above 0, words that were used at all become less likely; below 0, more likely.",
        { min: -2, max: 2, step: 0.1 },
      ),
      number("seed", "Seed", "The same number makes the same answer more likely the next time.", {
        whole: true,
      }),
    ]),
  ],
  newConfig: { model: "claude-sonnet-4-5", userPrompt: "", outputVariable: "" },
  errorHandling: true,
};
