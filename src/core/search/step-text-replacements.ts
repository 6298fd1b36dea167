import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { type JsonObject, type JsonPath, getJsonAtPath, setJsonAtPath } from "#core/json/json.ts";
import { replaceStepsByKey } from "#core/document/step-list.ts";

/** Replaces one string of a step. The path starts at the step's fields (`["config", "http", "url"]`). */
export interface StepTextReplacement {
  readonly key: StepKey;
  readonly at: JsonPath;
  readonly text: string;
}

/** The later edit of a string wins. Skips missing strings, nested steps, and `id` and `type`. */
export function applyStepTextReplacements(
  document: FlowDocument,
  edits: readonly StepTextReplacement[],
): FlowDocument {
  const byStep = new Map<StepKey, StepTextReplacement[]>();
  for (const edit of edits) {
    const others = byStep.get(edit.key);
    if (others) others.push(edit);
    else byStep.set(edit.key, [edit]);
  }
  return replaceStepsByKey(document, [...byStep.keys()], (node) =>
    (byStep.get(node.key) ?? []).reduce(writeText, node),
  );
}

function writeText(node: StepNode, { at, text }: StepTextReplacement): StepNode {
  const before = getJsonAtPath(node.fields, at);
  if (typeof before !== "string" || before === text || !isOwnText(node, at)) return node;
  return { ...node, fields: setJsonAtPath(node.fields, at, text) as JsonObject };
}

/** False for nested steps, which are edited by their own key: the copies in `fields` may be outdated. */
function isOwnText(node: StepNode, [field, inside]: JsonPath): boolean {
  if (field === "id" || field === "type") return false;
  return field !== "config" || !BRANCH_NAMES.some((branch) => branch === inside && node.branches?.[branch]);
}
