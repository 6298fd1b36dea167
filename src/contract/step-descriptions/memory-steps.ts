import type { StepConfigFieldDescription, StepTypeDescription } from "#contract/step-description.ts";
import { outputAndAdvancedFields } from "./output-and-advanced-fields.ts";
import {
  assignFieldsToGroup,
  describeChoiceField,
  describeJsonField,
  describeLongTextField,
  describeTextField,
  describeVariableField,
} from "./describe-field.ts";

const profile = describeTextField(
  "profileTemplate",
  "Memory ID",
  "Each ID has its own memory, for example a customer number.",
  { required: true, placeholder: "{{_record.id}}" },
);

const session = describeTextField("sessionId", "Session", "Limit to one conversation.");

const valueOnFailure: StepConfigFieldDescription = describeJsonField(
  "defaultValue",
  "Fallback value",
  "JSON output if the memory is unavailable.",
);

export const memoryStepDescriptions: readonly StepTypeDescription[] = [
  {
    type: "save-memory",
    label: "Save memory",
    icon: "Brain",
    hint: [["contentVariable"], ["profileTemplate"]],
    help: "Store a result for later runs.",
    terms: "remember store history",
    fields: [
      ...assignFieldsToGroup(
        "Memory",
        profile,
        describeVariableField("contentVariable", "Content", "Variable with the value to save.", {
          required: true,
        }),
      ),
      ...outputAndAdvancedFields([session, valueOnFailure]),
    ],
    newConfig: { profileTemplate: "", contentVariable: "", outputVariable: "" },
  },
  {
    type: "recall-memory",
    label: "Recall memory",
    icon: "History",
    hint: [["queryTemplate"], ["profileTemplate"]],
    help: "Ask a question about saved memory.",
    terms: "remember rag history ask",
    fields: [
      ...assignFieldsToGroup(
        "Memory",
        profile,
        describeLongTextField("queryTemplate", "Question", null, { type: "prompt", required: true }),
      ),
      ...outputAndAdvancedFields(
        [
          describeChoiceField("thinkingLevel", "Thinking", "Higher levels take longer.", {
            options: {
              low: "Low",
              medium: "Medium",
              high: "High",
            },
          }),
          describeChoiceField("responseLength", "Answer length", null, {
            options: {
              short: "Short",
              medium: "Medium",
              long: "Long",
            },
          }),
          valueOnFailure,
        ],
        { required: true },
      ),
    ],
    newConfig: { profileTemplate: "", queryTemplate: "", outputVariable: "memory" },
  },
  {
    type: "memory-summary",
    label: "Summarize memory",
    icon: "NotebookText",
    hint: [["profileTemplate"]],
    help: "Summarize everything in memory.",
    terms: "summarize history recall",
    fields: [
      ...assignFieldsToGroup("Memory", profile),
      ...outputAndAdvancedFields([session, valueOnFailure], { required: true }),
    ],
    newConfig: { profileTemplate: "", outputVariable: "memory" },
  },
];
