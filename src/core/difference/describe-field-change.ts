import type { FlowDocument } from "#core/document/flow-document.ts";
import type { JsonValue } from "#core/json/json.ts";
import { truncateNameToOneLine, quoteName, quoteValue } from "#core/text/quote-name.ts";
import { getStepName } from "#core/document/step.ts";
import { findStep } from "#core/document/step-list.ts";
import type { DocumentChangeDescription, GetStepFieldLabelFunction } from "./document-change-description.ts";
import type { StepFieldValueChange } from "./find-changes.ts";
import { isOutputVariablePath } from "./find-variable-renames.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

const MAX_SHORT_LENGTH = 40;

interface FieldWords {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  readonly labelField: GetStepFieldLabelFunction;
  /** Fields that changed only because they read the renamed variable. */
  readonly uses: number;
}

export function describeStepFieldChange(
  { key, path, before, after }: StepFieldValueChange,
  { uses, labelField, ...documents }: FieldWords,
): DocumentChangeDescription {
  const node = findStep(documents.after, key);
  const name = node ? quoteName(getStepName(node)) : "a step";
  const [field, ...inside] = path;
  if (inside.length === 0 && field === "name") {
    const was = findStep(documents.before, key);
    return {
      type: "renamed",
      key,
      sentence: `Renamed ${was ? quoteName(getStepName(was)) : "a step"} to ${name}`,
    };
  }
  if (inside.length === 0 && field === "enabled")
    return { type: "switched", key, sentence: `${after === false ? "Disabled" : "Enabled"} ${name}` };
  if (isOutputVariablePath(path) && isText(before) && isText(after)) {
    const places = formatCountWithNoun(uses, "reference");
    return {
      type: "edited",
      key,
      sentence: `Renamed variable ${quoteName(before)} of ${name} to ${quoteName(after)}${uses > 0 ? ` and updated ${places}` : ""}`,
    };
  }
  const label = inside.length === 0 && field === "type" ? "the type" : node ? labelField(node, path) : "";
  const what = `${truncateNameToOneLine(label || path.join("."))} of ${name}`;
  const sentence = describeShort(what, before, after);
  if (sentence !== undefined) return { type: "edited", key, sentence };
  return {
    type: "edited",
    key,
    sentence: `${verbOf(before, after)} ${what}`,
    texts: { before: textOf(before), after: textOf(after) },
  };
}

function verbOf(before: JsonValue | undefined, after: JsonValue | undefined): string {
  if (isNothing(before)) return "Set";
  if (after === undefined) return "Removed";
  return isNothing(after) ? "Cleared" : "Changed";
}

function describeShort(
  what: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): string | undefined {
  const [was, now] = [formatValue(before), formatValue(after)];
  if (was === undefined || now === undefined) return undefined;
  if (isNothing(before)) return isNothing(after) ? `Changed ${what}` : `Set ${what} to ${now}`;
  if (after === undefined) return `Removed ${what} (was ${was})`;
  if (isNothing(after)) return `Cleared ${what} (was ${was})`;
  return `Changed ${what} from ${was} to ${now}`;
}

function formatValue(value: JsonValue | undefined): string | undefined {
  if (isNothing(value)) return "nothing";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text.length > MAX_SHORT_LENGTH || text.includes("\n")) return undefined;
  return typeof value === "string" ? quoteValue(text) : text;
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

const isNothing = (value: JsonValue | undefined): value is undefined | null | "" =>
  value === undefined || value === null || value === "";

const isText = (value: JsonValue | undefined): value is string => typeof value === "string" && value !== "";
