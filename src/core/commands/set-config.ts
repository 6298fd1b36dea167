import { replaceStepFields } from "#core/document/apply-edited-flow-json.ts";
import { isJsonValue } from "#core/document/is-flow-document.ts";
import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
  toApiStep,
} from "#core/document/flow-document.ts";
import { replaceStepsByKey } from "#core/document/step-list.ts";
import {
  type JsonObject,
  type JsonPath,
  type JsonValue,
  isEqualJson,
  getJsonAtPath,
  isJsonObject,
  setJsonAtPath,
} from "#core/json/json.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isStringOrIndexArray, isString } from "./field-checks.ts";
import { formatNameOrCountOfStepKeys } from "./name-steps.ts";

export interface SetConfigCommand {
  readonly type: "setConfig";
  readonly key: StepKey;
  readonly path: JsonPath;
  /** The new value; undefined removes the value at the path. */
  readonly value: JsonValue | undefined;
}

export const setConfigDefinition: EditCommandDefinition<SetConfigCommand> = {
  apply: set,
  describe: (document, { key }) => `edit ${formatNameOrCountOfStepKeys(document, [key])}`,
  affectedSteps: ({ key }) => [key],
  isValid: ({ key, path, value }) =>
    isString(key) && isStringOrIndexArray(path) && (value === undefined || isJsonValue(value)),
  mergeKey: ({ key, path }) => JSON.stringify([key, ...path]),
};

/** Parses a conditional's nested steps again if they may have changed; they keep their keys. */
function set(document: FlowDocument, { key, path, value }: SetConfigCommand): FlowDocument {
  return replaceStepsByKey(document, [key], (node) => {
    const isOutside = !node.branches || isOutsideLists(node, path);
    const before = isOutside ? node.fields : toApiStep(node);
    if (isEqualJson(getJsonAtPath(before["config"], path), value)) return node;
    const fields = setJsonAtPath(before, ["config", ...path], value) as JsonObject;
    return isOutside ? { ...node, fields } : replaceStepFields(document, node, fields);
  });
}

/** False for a config that is no object, or a numeric path, because `setJsonAtPath` then replaces the config. */
function isOutsideLists({ fields }: StepNode, [first]: JsonPath): boolean {
  const { config } = fields;
  const isLikeObject = config === undefined || isJsonObject(config);
  return isLikeObject && typeof first === "string" && !BRANCH_NAMES.some((branch) => branch === first);
}
