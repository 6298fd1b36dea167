import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { type JsonObject, setJsonAtPath } from "#core/json/json.ts";
import {
  getStepFieldsWithoutIdAndOrder,
  replaceStepContentFields,
} from "#core/document/step-content-fields.ts";
import { type StepPlace, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { buildStepTree, listStepKeysByList, getStepListId } from "#core/difference/build-step-tree.ts";
import type { DocumentChange, StepFieldValueChange } from "#core/difference/find-changes.ts";

/** Applies the differences between `document` and a second document. The result must equal the second document. */
export function applyDocumentChanges(
  document: FlowDocument,
  changes: readonly DocumentChange[],
): FlowDocument {
  if (changes.length === 0) return document;
  let { name, description } = document;
  const fields = new Map([...getLocationsOfAllSteps(document)].map(([key, { node }]) => [key, node.fields]));
  const lists = listStepKeysByList(document);
  const edits = new Map<StepKey, StepFieldValueChange[]>();
  const leaving = new Set<StepKey>();
  const arriving: { readonly key: StepKey; readonly place: StepPlace }[] = [];
  for (const change of changes) {
    switch (change.type) {
      case "rename":
        name = change.after;
        break;
      case "describe":
        description = change.after;
        break;
      case "add":
        fields.set(change.node.key, change.node.fields);
        arriving.push({ key: change.node.key, place: change.place });
        break;
      case "remove":
        fields.delete(change.node.key);
        leaving.add(change.node.key);
        break;
      case "move":
        leaving.add(change.key);
        arriving.push({ key: change.key, place: change.to });
        break;
      case "field":
        edits.set(change.key, [...(edits.get(change.key) ?? []), change]);
        break;
    }
  }
  for (const [key, wanted] of edits) {
    const node = getLocationsOfAllSteps(document).get(key)?.node;
    if (!node) continue;
    let own = getStepFieldsWithoutIdAndOrder(node);
    for (const { path, after } of wanted) own = setJsonAtPath(own, path, after) as JsonObject;
    fields.set(key, replaceStepContentFields(node.fields, own));
  }
  for (const [list, keys] of lists)
    lists.set(
      list,
      keys.filter((key) => !leaving.has(key)),
    );
  for (const { key, place } of arriving.toSorted((a, b) => a.place.index - b.place.index)) {
    const list = getStepListId(place.list);
    lists.set(list, (lists.get(list) ?? []).toSpliced(place.index, 0, key));
  }
  const steps = buildStepTree({ fields, lists }, document);
  return { name, description, steps };
}

export function reverseDocumentChanges(changes: readonly DocumentChange[]): readonly DocumentChange[] {
  return changes.map((change): DocumentChange => {
    switch (change.type) {
      case "rename":
        return { ...change, before: change.after, after: change.before };
      case "describe":
        return { ...change, before: change.after, after: change.before };
      case "field":
        return { ...change, before: change.after, after: change.before };
      case "add":
        return { ...change, type: "remove" };
      case "remove":
        return { ...change, type: "add" };
      case "move":
        return { ...change, from: change.to, to: change.from };
    }
  });
}
