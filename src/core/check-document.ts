import { BRANCHES, type FlowDocument, type StepNode } from "./flow-document.ts";
import { type JsonValue, isJsonObject } from "./json.ts";

// Documents that were stored are read back by an app that may be newer or older than the one that wrote them.

/** Whether this is a document that every edit can work on: steps all the way down, each with a key of its own. */
export function isFlowDocument(value: unknown): value is FlowDocument {
  if (!isFields(value) || typeof value["name"] !== "string") return false;
  const { description, steps } = value;
  const isText = description === undefined || description === null || typeof description === "string";
  return isText && isStepNodes(steps);
}

/** Whether these are steps with keys of their own, and lists inside them just where a conditional has some. */
export function isStepNodes(value: unknown): value is readonly StepNode[] {
  const taken = new Set<unknown>();
  const isNode = (node: unknown): boolean => {
    if (!isFields(node) || typeof node["key"] !== "string" || taken.has(node["key"])) return false;
    taken.add(node["key"]);
    const { fields, branches } = node;
    if (!isJsonValue(fields) || !isJsonObject(fields)) return false;
    if (fields["type"] !== "conditional") return branches === undefined;
    return isFields(branches) && BRANCHES.every((branch) => isBranch(branches[branch]));
  };
  const isBranch = (list: unknown) => list === undefined || (Array.isArray(list) && isEach(list, isNode));
  return Array.isArray(value) && isEach(value, isNode);
}

/** Whether a value of any kind is one that `JSON.parse` could return. */
export function isJsonValue(value: unknown): value is JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "number":
      return true;
    case "object":
      if (value === null) return true;
      if (Array.isArray(value)) return isEach(value, isJsonValue);
      return isFields(value) && Object.values(value).every(isJsonValue);
    default:
      return false;
  }
}

/** An object as it is written with braces: no date, map or list. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Object]"
  );
}

/** Storage may hold lists with holes, which `every` passes over. */
function isEach(list: readonly unknown[], isRight: (item: unknown) => boolean): boolean {
  return Array.from(list).every(isRight);
}
