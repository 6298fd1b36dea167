import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "./flow-document.ts";
import { type JsonObject, type JsonPath, getAtPath, setAtPath } from "./json.ts";
import { mapSteps } from "./step-list.ts";

/** A new text for one string of a step: all of it, at a path inside the step's fields (`["config", "http", "url"]`). */
export interface TextEdit {
  readonly key: StepKey;
  readonly at: JsonPath;
  readonly text: string;
}

/**
 * Writes new texts where texts are now; of two for one place the later stands. Passed over is an edit whose place holds
 * no text (any more) or is inside another step, and one of `id` or `type`: those say which step it is, not what it says.
 */
export function applyTextEdits(document: FlowDocument, edits: readonly TextEdit[]): FlowDocument {
  const byStep = new Map<StepKey, TextEdit[]>();
  for (const edit of edits) {
    const others = byStep.get(edit.key);
    if (others) others.push(edit);
    else byStep.set(edit.key, [edit]);
  }
  return mapSteps(document, [...byStep.keys()], (node) =>
    (byStep.get(node.key) ?? []).reduce(writeText, node),
  );
}

function writeText(node: StepNode, { at, text }: TextEdit): StepNode {
  const before = getAtPath(node.fields, at);
  if (typeof before !== "string" || before === text || !isOwnText(node, at)) return node;
  return { ...node, fields: setAtPath(node.fields, at, text) as JsonObject };
}

/** Lists of steps stand in `fields` as they came, perhaps out of date: their steps are edited as steps of their own. */
function isOwnText(node: StepNode, [field, inside]: JsonPath): boolean {
  if (field === "id" || field === "type") return false;
  return field !== "config" || !BRANCHES.some((branch) => branch === inside && node.branches?.[branch]);
}
