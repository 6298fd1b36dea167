import { BRANCH_NAMES, type FlowDocument, type StepNode } from "./flow-document.ts";
import { type JsonValue, isJsonObject } from "#core/json/json.ts";

// Validates documents from browser storage, because a newer or older version of the app may have written them.

/** Whether every edit can be applied to the document: valid steps at all levels, with unique keys. */
export function isFlowDocument(value: unknown): value is FlowDocument {
  if (!isPlainObject(value) || typeof value["name"] !== "string") return false;
  const { description, steps } = value;
  const isText = description === undefined || description === null || typeof description === "string";
  return isText && isStepNodeArray(steps);
}

/** With unique keys, and branches in conditionals only. */
export function isStepNodeArray(value: unknown): value is readonly StepNode[] {
  const taken = new Set<unknown>();
  const isNode = (node: unknown): boolean => {
    if (!isPlainObject(node) || typeof node["key"] !== "string" || taken.has(node["key"])) return false;
    taken.add(node["key"]);
    const { fields, branches } = node;
    if (!isJsonValue(fields) || !isJsonObject(fields)) return false;
    if (fields["type"] !== "conditional") return branches === undefined;
    return isPlainObject(branches) && BRANCH_NAMES.every((branch) => isBranch(branches[branch]));
  };
  const isBranch = (list: unknown) => list === undefined || (Array.isArray(list) && isEach(list, isNode));
  return Array.isArray(value) && isEach(value, isNode);
}

export function isJsonValue(value: unknown): value is JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "number":
      return true;
    case "object":
      if (value === null) return true;
      if (Array.isArray(value)) return isEach(value, isJsonValue);
      return isPlainObject(value) && Object.values(value).every(isJsonValue);
    default:
      return false;
  }
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Object]"
  );
}

/** Copies the list: storage can hold sparse arrays, and `every` skips their holes. */
function isEach(list: readonly unknown[], isValid: (item: unknown) => boolean): boolean {
  return Array.from(list).every(isValid);
}
