import type { FieldDescription, StepDescription } from "#contract/step-description.ts";
import { resultFields } from "./common-fields.ts";
import { advanced, choice, json, longText, text, variable } from "./describe-field.ts";

const profile = text(
  "profileTemplate",
  "Whose memory",
  "Who is remembered, such as a customer's number: each has a memory of their own.",
  { required: true, placeholder: "{{_record.id}}" },
);

const session = text(
  "sessionId",
  "Session",
  "Keeps to one conversation instead of everything known of a person.",
);

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
      ...resultFields(),
      ...advanced(session, valueOnFailure),
    ],
    newConfig: { profileTemplate: "", contentVariable: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "recall-memory",
    help: "Asks what is remembered of a person, and keeps the answer.",
    fields: [
      profile,
      longText("prompt", "queryTemplate", "Question", "What you want to know of what is remembered.", {
        required: true,
      }),
      ...resultFields({ required: true }),
      ...advanced(
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
      ),
    ],
    newConfig: { profileTemplate: "", queryTemplate: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "memory-summary",
    help: "Sums up everything that is remembered of a person.",
    fields: [profile, ...resultFields({ required: true }), ...advanced(session, valueOnFailure)],
    newConfig: { profileTemplate: "", outputVariable: "" },
    errorHandling: true,
  },
];
