import type { StepTypeDescription } from "#contract/step-description.ts";
import { outputAndAdvancedFields } from "./output-and-advanced-fields.ts";
import {
  assignFieldsToGroup,
  describeJsonField,
  describeLongTextField,
  describeNumberField,
  describeTextField,
  describeVariableField,
} from "./describe-field.ts";
import { embeddingModelFieldDescription } from "./embedding-model.ts";
import { promptStepDescription } from "./prompt-step.ts";
import { createObjectSchema } from "./value-schemas.ts";

export const aiStepDescriptions: readonly StepTypeDescription[] = [
  promptStepDescription,
  {
    type: "execute-agent",
    label: "Run agent",
    icon: "Bot",
    hint: [["agentId"], ["message"]],
    help: "Send a message to an agent and store its reply.",
    terms: "agent assistant llm ai bot answer",
    fields: [
      ...assignFieldsToGroup(
        "Agent",
        describeTextField("agentId", "Agent", null, { required: true, placeholder: "agent_…" }),
        describeLongTextField("message", "Message", null, {
          type: "prompt",
          required: true,
        }),
      ),
      ...outputAndAdvancedFields(),
    ],
    newConfig: { agentId: "", message: "", outputVariable: "" },
  },
  {
    type: "generate-embedding",
    label: "Generate embedding",
    icon: "Binary",
    hint: [["embeddingModel"], ["text", "inputSource"]],
    help: "Turn text into vectors for semantic search.",
    terms: "rag vector openai semantic",
    fields: [
      ...assignFieldsToGroup(
        "Input",
        describeVariableField("inputSource", "Text from", "Variable with a text or a list of texts."),
        describeLongTextField("text", "Text", "Used if no variable is set.", {
          type: "prompt",
        }),
        embeddingModelFieldDescription,
      ),
      ...outputAndAdvancedFields([
        describeNumberField("maxLength", "Max length", "Longer text is truncated.", {
          min: 1,
          whole: true,
        }),
      ]),
    ],
    newConfig: { inputSource: "", outputVariable: "" },
  },
  {
    type: "tool-call",
    label: "Call tool",
    icon: "Wrench",
    hint: [["toolId"]],
    help: "Call a tool directly, without a model.",
    terms: "function mcp exa",
    fields: [
      ...assignFieldsToGroup(
        "Tool",
        describeTextField("toolId", "Tool", "Tool ID, for example builtin:exa.", {
          required: true,
          placeholder: "tool_…",
          suggests: "tools",
        }),
        describeJsonField("parameters", "Parameters", "A JSON object. Type {{ to insert a variable.", {
          schema: createObjectSchema("Parameters"),
        }),
      ),
      ...outputAndAdvancedFields(),
    ],
    newConfig: { toolId: "", parameters: {}, outputVariable: "" },
  },
];
