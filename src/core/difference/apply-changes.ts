import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { type JsonObject, setAtPath } from "#core/json.ts";
import { ownFields, writeOwnFields } from "#core/own-fields.ts";
import { type Place, locateSteps } from "#core/step-list.ts";
import { assembleSteps, listKeys, nameList } from "./document-parts.ts";
import type { Change, FieldChange } from "./find-changes.ts";

/** The document that `changes`, found between `document` and another one, lead to: that other one. */
export function applyChanges(document: FlowDocument, changes: readonly Change[]): FlowDocument {
  if (changes.length === 0) return document;
  let { name, description } = document;
  const fields = new Map([...locateSteps(document)].map(([key, { node }]) => [key, node.fields]));
  const lists = listKeys(document);
  const edits = new Map<StepKey, FieldChange[]>();
  const leaving = new Set<StepKey>();
  const arriving: { readonly key: StepKey; readonly place: Place }[] = [];
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
    const node = locateSteps(document).get(key)?.node;
    if (!node) continue;
    let own = ownFields(node);
    for (const { path, after } of wanted) own = setAtPath(own, path, after) as JsonObject;
    fields.set(key, writeOwnFields(node.fields, own));
  }
  for (const [list, keys] of lists)
    lists.set(
      list,
      keys.filter((key) => !leaving.has(key)),
    );
  // In ascending order every place is the one that it will be: whatever belongs before it is there already.
  for (const { key, place } of arriving.toSorted((a, b) => a.place.index - b.place.index)) {
    const list = nameList(place.list);
    lists.set(list, (lists.get(list) ?? []).toSpliced(place.index, 0, key));
  }
  const steps = assembleSteps({ fields, lists }, document);
  return { name, description, steps };
}

/** The same changes seen from the other side: applied to the later document they give back the earlier one. */
export function reverseChanges(changes: readonly Change[]): readonly Change[] {
  return changes.map((change): Change => {
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
