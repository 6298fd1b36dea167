import type { FlowDocument } from "#core/flow-document.ts";
import type { JsonValue } from "#core/json.ts";
import { cutName, quoteName } from "#core/quote-name.ts";
import { stepName } from "#core/step.ts";
import { findStep } from "#core/step-list.ts";
import type { ChangeLine, LabelField } from "./change-line.ts";
import type { FieldChange } from "./find-changes.ts";
import { isOutputName } from "./find-variable-renames.ts";

/** Letters up to which a value is part of the sentence. */
const SHORT = 40;

interface FieldWords {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  readonly labelField: LabelField;
  /** Places that follow a renamed variable, where the change is one. */
  readonly uses: number;
}

/** A changed value of a step as a sentence, with the values beside it where they are too long for one. */
export function describeFieldChange(
  { key, path, before, after }: FieldChange,
  { uses, labelField, ...documents }: FieldWords,
): ChangeLine {
  const node = findStep(documents.after, key);
  const name = node ? quoteName(stepName(node)) : "a step";
  const [field, ...inside] = path;
  if (inside.length === 0 && field === "name") {
    const was = findStep(documents.before, key);
    return {
      type: "renamed",
      key,
      sentence: `Renamed ${was ? quoteName(stepName(was)) : "a step"} to ${name}`,
    };
  }
  if (inside.length === 0 && field === "enabled")
    return { type: "switched", key, sentence: `Switched ${after === false ? "off" : "on"} ${name}` };
  if (isOutputName(path) && isText(before) && isText(after)) {
    const places = `${uses} place${uses === 1 ? " that reads" : "s that read"} it`;
    return {
      type: "edited",
      key,
      sentence: `Renamed the variable ${quoteName(before)} of ${name} to ${quoteName(after)}${uses > 0 ? `, also in ${places}` : ""}`,
    };
  }
  const label = inside.length === 0 && field === "type" ? "the type" : node ? labelField(node, path) : "";
  const what = `${cutName(label || path.join("."))} of ${name}`;
  const [was, is] = [sayValue(before), sayValue(after)];
  if (was !== undefined && is !== undefined)
    return { type: "edited", key, sentence: describeShort(what, before, after, was, is) };
  const verb = isNothing(before)
    ? "Set"
    : after === undefined
      ? "Removed"
      : isNothing(after)
        ? "Emptied"
        : "Changed";
  return {
    type: "edited",
    key,
    sentence: `${verb} ${what}`,
    texts: { before: textOf(before), after: textOf(after) },
  };
}

function describeShort(
  what: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  was: string,
  is: string,
): string {
  if (isNothing(before)) return isNothing(after) ? `Changed ${what}` : `Set ${what} to ${is}`;
  if (after === undefined) return `Removed ${what}, which was ${was}`;
  if (isNothing(after)) return `Emptied ${what}, which was ${was}`;
  return `Changed ${what} from ${was} to ${is}`;
}

/** A value as part of a sentence; undefined where it is too long for one. */
function sayValue(value: JsonValue | undefined): string | undefined {
  if (isNothing(value)) return "nothing";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text.length > SHORT || text.includes("\n")) return undefined;
  return typeof value === "string" ? quoteName(text) : text;
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

const isNothing = (value: JsonValue | undefined): value is undefined | null | "" =>
  value === undefined || value === null || value === "";

const isText = (value: JsonValue | undefined): value is string => typeof value === "string" && value !== "";
