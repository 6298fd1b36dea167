import * as z from "zod/mini";
import type { FieldDescription } from "#contract/step-description.ts";
import { choice, json, number, texts, toggle } from "./describe-field.ts";
import { objectSchema } from "./value-schemas.ts";

const objectsSchema = (label: string) =>
  z.array(objectSchema(`Each of ${label}`), `${label} must be a list of JSON objects.`);

/** What a prompt may call while it answers, kept in its `tools` object. */
export const promptTools: readonly FieldDescription[] = [
  texts("tools.toolIds", "Tools", "The IDs of the tools that the model may call, such as builtin:exa."),
  choice("tools.toolCallStrategy", "Tool use", "Whether the model may, must or must not call a tool.", {
    auto: "When it helps",
    required: "Always",
    none: "Never",
  }),
  number("tools.maxToolCalls", "Maximum tool calls", "How many calls one answer may take.", {
    min: 1,
    max: 100,
    whole: true,
    default: 10,
  }),
  json(
    "tools.perToolLimits",
    "Limits per tool",
    'How often each tool may be called, such as { "builtin:exa": { "maxCalls": 3 } }.',
    { schema: objectSchema("Limits per tool") },
  ),
  json("tools.approval", "Approval", 'Which calls a person has to approve, such as { "require": true }.', {
    schema: objectSchema("Approval"),
  }),
  json(
    "tools.mcpServers",
    "MCP servers",
    "Servers whose tools the model may call, each with an id and a url.",
    { schema: objectsSchema("MCP servers") },
  ),
  json(
    "tools.runtimeTools",
    "Tools of this step",
    "Tools described here instead of by ID, each with a name, description, toolType, parametersSchema and config.",
    { schema: objectsSchema("Tools of this step") },
  ),
  json("tools.toolConfigs", "Tool settings", "Settings for single tools, by their IDs.", {
    schema: objectSchema("Tool settings"),
  }),
  json("tools.subagentConfig", "Sub-agents", "Settings for the agents that the model may call on.", {
    schema: objectSchema("Sub-agents"),
  }),
  json("tools.codeModeConfig", "Code mode", "Settings for calling tools from code that the model writes.", {
    schema: objectSchema("Code mode"),
  }),
  toggle(
    "tools.parallelCalls",
    "Calls at the same time",
    "Whether the model may call several tools at once.",
  ),
];
