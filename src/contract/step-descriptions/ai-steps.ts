import type { StepDescription } from "#contract/step-description.ts";
import { resultFields } from "./common-fields.ts";
import { json, longText, number, text, variable } from "./describe-field.ts";
import { embeddingModel } from "./embedding-model.ts";
import { promptStep } from "./prompt-step.ts";
import { objectSchema } from "./value-schemas.ts";

export const aiSteps: readonly StepDescription[] = [
  promptStep,
  {
    type: "execute-agent",
    help: "Hands a message to one of your agents, and keeps its answer.",
    fields: [
      text("agentId", "Agent", "The ID of the agent to run.", { required: true, placeholder: "agent_…" }),
      longText(
        "prompt",
        "message",
        "Message",
        "What the agent is told, with the variables of earlier steps.",
        {
          required: true,
        },
      ),
      ...resultFields(),
    ],
    newConfig: { agentId: "", message: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "generate-embedding",
    help: "Turns text into vectors, so that it can be searched by meaning.",
    fields: [
      variable(
        "inputSource",
        "Text from",
        "The variable that holds the text, or a list of texts, to turn into vectors.",
      ),
      longText(
        "prompt",
        "text",
        "Text",
        "The text to turn into a vector, where it is not in a variable of its own.",
      ),
      embeddingModel,
      ...resultFields([
        number("maxLength", "Maximum length", "Where a text is cut off before it is turned into a vector.", {
          min: 1,
          whole: true,
        }),
      ]),
    ],
    newConfig: { inputSource: "", outputVariable: "" },
    errorHandling: true,
  },
  {
    type: "tool-call",
    help: "Calls one tool, without a model in between.",
    fields: [
      text("toolId", "Tool", "The ID of the tool, such as builtin:exa.", {
        required: true,
        placeholder: "tool_…",
      }),
      json("parameters", "Parameters", "What the tool is given, as a JSON object that may hold variables.", {
        schema: objectSchema("Parameters"),
      }),
      ...resultFields(),
    ],
    newConfig: { toolId: "", parameters: {}, outputVariable: "" },
    errorHandling: true,
  },
];
