import * as z from "zod/mini";
import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import {
  describeChoiceField,
  describeJsonField,
  describeNumberField,
  describeTextListField,
  describeToggleField,
} from "./describe-field.ts";
import { createObjectSchema } from "./value-schemas.ts";

const objectsSchema = (label: string) =>
  z.array(createObjectSchema(`Each of ${label}`), `${label} must be a list of JSON objects.`);

export const promptStepToolFields: readonly StepConfigFieldDescription[] = [
  describeTextListField("tools.toolIds", "Tools", "Tool IDs, for example builtin:exa.", {
    suggests: "tools",
  }),
  describeChoiceField("tools.toolCallStrategy", "Tool use", null, {
    options: {
      auto: "Automatic",
      required: "Always",
      none: "Never",
    },
  }),
  describeNumberField("tools.maxToolCalls", "Max tool calls", "Per answer.", {
    min: 1,
    max: 100,
    whole: true,
    default: 10,
  }),
  describeJsonField(
    "tools.perToolLimits",
    "Limits per tool",
    'Maximum calls per tool, such as { "builtin:exa": { "maxCalls": 3 } }.',
    { schema: createObjectSchema("Limits per tool") },
  ),
  describeJsonField("tools.approval", "Approval", 'Calls that need approval, such as { "require": true }.', {
    schema: createObjectSchema("Approval"),
  }),
  describeJsonField("tools.mcpServers", "MCP servers", "A JSON list. Each server has an id and a url.", {
    schema: objectsSchema("MCP servers"),
  }),
  describeJsonField(
    "tools.runtimeTools",
    "Inline tools",
    "A JSON list. Each tool has a name, description, toolType, parametersSchema and config.",
    { schema: objectsSchema("Inline tools") },
  ),
  describeJsonField("tools.toolConfigs", "Tool settings", "A JSON object by tool ID.", {
    schema: createObjectSchema("Tool settings"),
  }),
  describeJsonField("tools.subagentConfig", "Sub-agents", "A JSON object.", {
    schema: createObjectSchema("Sub-agents"),
  }),
  describeJsonField(
    "tools.codeModeConfig",
    "Code mode",
    "A JSON object. The model calls tools from code that it writes.",
    {
      schema: createObjectSchema("Code mode"),
    },
  ),
  describeToggleField("tools.parallelCalls", "Parallel tool calls", null),
];
