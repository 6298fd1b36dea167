import { isPlainObject } from "#core/document/is-flow-document.ts";
import { BRANCH_NAMES } from "#core/document/flow-document.ts";

export function isString(value: unknown): value is string {
  return typeof value === "string";
}

export function isStringArray(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isStringOrIndexArray(value: unknown): boolean {
  return Array.isArray(value) && value.every((key) => isString(key) || isIndex(key));
}

export function isTextEditArray(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (edit) =>
        isPlainObject(edit) &&
        isString(edit["key"]) &&
        isStringOrIndexArray(edit["at"]) &&
        isString(edit["text"]),
    )
  );
}

export function isStepPlace(value: unknown): boolean {
  if (!isPlainObject(value) || !isIndex(value["index"]) || !isPlainObject(value["list"])) return false;
  const { type, step, branch } = value["list"];
  return (
    type === "root" || (type === "branch" && isString(step) && BRANCH_NAMES.some((name) => name === branch))
  );
}
