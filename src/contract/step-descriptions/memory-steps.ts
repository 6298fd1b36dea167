import type { FieldDescription, StepDescription } from "#contract/step-description.ts";
import { resultFields } from "./common-fields.ts";
import { choice, json, longText, text, variable } from "./describe-field.ts";

const profile = text(
  "profileTemplate",
  "Whose memory",
  "Who is remembered, such as a customer's number: each person or thing has its own memory.",
  { required: true, placeholder: "{{_record.id}}" },
);

const session = text("sessionId", "Session", "Keeps to one conversation, instead of all that is remembered.");

const valueOnFailure: FieldDescription = json(
  "defaultValue",
  "Value on failure",
  "What the output variable holds, as JSON, when the memory cannot be reached.",
);

export const memorySteps: readonly StepDescription[] = [
  {
    type: "save-memory",
    help: "Remembers a result, so that later runs can recall it.",
    fields: [
      profile,
      variable("contentVariable", "What to remember", "The variable whose value is remembered.", {
        required: true,
      }),
      ...resultFields([session, valueOnFailure]),
    ],
    newConfig: { profileTemplate: "", contentVariable: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "recall-memory",
    help: "Asks a question of what is remembered, and keeps the answer.",
    fields: [
      profile,
      longText("prompt", "queryTemplate", "Question", "What you want to know.", {
        required: true,
      }),
      ...resultFields(
        [
          choice("thinkingLevel", "Thinking", "How much thought goes into the answer; more takes longer.", {
            low: "Little",
            medium: "Some",
            high: "Much",
          }),
          choice("responseLength", "Length of the answer", "How long the answer may be.", {
            short: "Short",
            medium: "Medium",
            long: "Long",
          }),
          valueOnFailure,
        ],
        { required: true },
      ),
    ],
    newConfig: { profileTemplate: "", queryTemplate: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "memory-summary",
    help: "Sums up everything that is remembered.",
    fields: [profile, ...resultFields([session, valueOnFailure], { required: true })],
    newConfig: { profileTemplate: "", outputVariable: "" },
    errorHandling: true,
  },
];
