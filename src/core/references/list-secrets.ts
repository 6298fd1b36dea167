import { BRANCH_NAMES } from "#core/document/flow-document.ts";
import type { JsonPath, JsonValue } from "#core/json/json.ts";
import { type MemoizedStepFunction, memoizeStepFunction } from "./memoize-step-function.ts";

export interface SecretUseInStepText {
  readonly key: string;
  /** A path inside the step; `from` and `to` are the UTF-16 offsets of the whole template in the text at the path. */
  readonly at: JsonPath;
  readonly from: number;
  readonly to: number;
}

/** Conditions are evaluated as scripts, so secrets in them need this type and not the step's own. */
export const CONDITION_SECRET_STEP_TYPE = "conditional";

/** All later steps can read the variable, so secrets in its value need this type. */
export const VARIABLE_SECRET_STEP_TYPE = "set-variable";

const VARIABLE_FIELDS: readonly unknown[] = ["outputVariable", "defaultValue", "errorHandling"];

export function getStepTypeForSecretUse(type: string, [root, field]: JsonPath): string {
  if (root === "when") return CONDITION_SECRET_STEP_TYPE;
  return VARIABLE_FIELDS.includes(field) ? VARIABLE_SECRET_STEP_TYPE : type;
}

/** Lists the secrets in the step's texts of any language, excluding nested steps. */
export const listSecretUses: MemoizedStepFunction<readonly SecretUseInStepText[]> = memoizeStepFunction<
  readonly SecretUseInStepText[]
>(({ fields, branches }) => {
  const uses: SecretUseInStepText[] = [];
  const { when = null, config = null } = fields;
  const open: { readonly value: JsonValue; readonly at: JsonPath }[] = [
    { value: config, at: ["config"] },
    { value: when, at: ["when"] },
  ];
  // Avoids recursion, because a config can be nested deeper than the call stack allows.
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, at } = next;
    if (typeof value === "string") readText(value, at, uses);
    else if (typeof value === "object" && value !== null) {
      const isArray = Array.isArray(value);
      for (const [key, inside] of Object.entries(value as Readonly<Record<string, JsonValue>>).toReversed()) {
        if (branches && at.length === 1 && BRANCH_NAMES.some((branch) => branch === key)) continue;
        open.push({ value: inside, at: [...at, isArray ? Number(key) : key] });
      }
    }
  }
  return uses;
});

/** Searches each `}}` once: many unclosed `{{` would otherwise take quadratic time. */
function readText(text: string, at: JsonPath, uses: SecretUseInStepText[]): void {
  let end = -1;
  for (let from = text.indexOf("{{"); from !== -1;) {
    if (end < from + 2) end = text.indexOf("}}", from + 2);
    if (end === -1) return;
    const next = text.indexOf("{{", from + 1);
    // Another `{{` comes before the next `}}`. The last two braces of `{{{` open a template.
    if (next === -1 || next > end) {
      const content = text.slice(from + 2, end);
      const colon = content.indexOf(":");
      if (colon !== -1 && content.slice(0, colon).trim() === "secret")
        uses.push({ key: content.slice(colon + 1).trim(), at, from, to: end + 2 });
    }
    from = next;
  }
}
