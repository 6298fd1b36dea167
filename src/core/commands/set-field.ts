import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { replaceStepsByKey } from "#core/document/step-list.ts";
import { copyObjectWithKey, copyObjectWithoutKey } from "#core/json/json.ts";

export function setStepField(
  document: FlowDocument,
  { key, field }: { readonly key: StepKey; readonly field: string },
  value: string | undefined,
): FlowDocument {
  return replaceStepsByKey(document, [key], (node) => {
    if (node.fields[field] === value) return node;
    const fields =
      value === undefined
        ? copyObjectWithoutKey(node.fields, field)
        : copyObjectWithKey(node.fields, field, value);
    return { ...node, fields };
  });
}
