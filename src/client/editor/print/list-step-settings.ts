import { findPathOfSetFieldInStepConfig } from "#contract/step-descriptions/find-field-path.ts";
import { findStepDescription } from "#contract/step-descriptions/describe-step-type.ts";
import { listConfigPathsWithoutFormField } from "#contract/step-descriptions/find-other-paths.ts";
import type { StepFieldControlDescription } from "#contract/step-description.ts";
import type { StepNode } from "#core/document/flow-document.ts";
import { getStepCondition, getStepConfig, getStepType } from "#core/document/step.ts";
import { type JsonValue, getJsonAtPath, isJsonObject } from "#core/json/json.ts";

/** A setting of a step as it is printed. `isCode`: printed in a fixed-width font. */
export interface StepSetting {
  readonly label: string;
  readonly text: string;
  readonly isCode: boolean;
}

const PROSE: ReadonlySet<StepFieldControlDescription["type"]> = new Set([
  "text",
  "prompt",
  "choice",
  "number",
]);

/** Fields of a step that are printed in its heading, or that are of no interest on paper. */
const IN_HEADING = new Set(["id", "type", "name", "order", "enabled", "when", "config"]);

/**
 * Lists all settings of the step with a value, without nested steps: its condition, the fields of its form, the other
 * keys of its config, and fields of the step that the editor does not know.
 */
export function listStepSettings(node: StepNode): readonly StepSetting[] {
  const config = getStepConfig(node);
  const description = findStepDescription(getStepType(node));
  const when = getStepCondition(node);
  const settings: StepSetting[] = when === "" ? [] : [{ label: "Run if", text: when, isCode: true }];
  const add = (label: string, value: JsonValue | undefined, isCode: boolean) => {
    if (value === undefined || value === null || value === "") return;
    settings.push({ label, ...formatValue(value, isCode) });
  };
  for (const field of description?.fields ?? []) {
    const path = findPathOfSetFieldInStepConfig(field, config);
    if (path) add(field.label, getJsonAtPath(config, path), !PROSE.has(field.control.type));
  }
  if (description) {
    if (description.errorHandling) add("Error handling", config["errorHandling"], true);
    for (const path of listConfigPathsWithoutFormField(description, config))
      add(path.join("."), getJsonAtPath(config, path), true);
  } else {
    for (const [key, value] of Object.entries(config)) add(key, value, true);
  }
  if (node.fields["config"] !== undefined && !isJsonObject(node.fields["config"]))
    add("config", node.fields["config"], true);
  for (const [key, value] of Object.entries(node.fields)) {
    if (!IN_HEADING.has(key)) add(key, value, true);
  }
  return settings;
}

function formatValue(value: NonNullable<JsonValue>, isCode: boolean): Omit<StepSetting, "label"> {
  if (typeof value === "string") return { text: value, isCode };
  if (typeof value === "boolean") return { text: value ? "On" : "Off", isCode: false };
  if (typeof value === "number") return { text: String(value), isCode: false };
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const isFlat = isJsonObject(value) && entries.length > 0 && entries.length === Object.keys(value).length;
  const text = isFlat
    ? entries.map(([key, inside]) => `${key}: ${inside}`).join("\n")
    : JSON.stringify(value, null, 2);
  return { text, isCode: true };
}
