import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import {
  type JsonObject,
  type JsonPath,
  type JsonValue,
  isEqualJson,
  isJsonObject,
} from "#core/json/json.ts";
import { getStepFieldsWithoutIdAndOrder } from "#core/document/step-content-fields.ts";
import {
  type StepPlace,
  type StepLocation,
  isSameStepListRef,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import { findIncreasingSubsequence } from "./align.ts";
import { listStepKeysByList } from "./build-step-tree.ts";

/** `from` and the `place` of a removed step are places in the earlier document, all others in the later. */
export type DocumentChange =
  | { readonly type: "rename"; readonly before: string; readonly after: string }
  | {
      readonly type: "describe";
      readonly before: string | null | undefined;
      readonly after: string | null | undefined;
    }
  | { readonly type: "add"; readonly node: StepNode; readonly place: StepPlace }
  | { readonly type: "remove"; readonly node: StepNode; readonly place: StepPlace }
  | {
      readonly type: "move";
      readonly key: StepKey;
      readonly from: StepPlace;
      readonly to: StepPlace;
    }
  | StepFieldValueChange;

/** Undefined if the document has no value at the path. An array counts as one value. */
export interface StepFieldValueChange {
  readonly type: "field";
  readonly key: StepKey;
  readonly path: JsonPath;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** With as few moves as possible. Lists removed steps last, all others in document order. */
export function findDocumentChanges(before: FlowDocument, after: FlowDocument): readonly DocumentChange[] {
  if (before === after) return [];
  const changes: DocumentChange[] = [];
  if (before.name !== after.name) changes.push({ type: "rename", before: before.name, after: after.name });
  if ((before.description ?? "") !== (after.description ?? ""))
    changes.push({ type: "describe", before: before.description, after: after.description });
  if (before.steps === after.steps) return changes;

  const [old, now] = [getLocationsOfAllSteps(before), getLocationsOfAllSteps(after)];
  const moved = findMovedSteps(before, after);
  for (const [key, location] of now) {
    const was = old.get(key);
    if (!was) {
      changes.push({ type: "add", node: location.node, place: placeOf(location) });
      continue;
    }
    if (moved.has(key)) changes.push({ type: "move", key, from: placeOf(was), to: placeOf(location) });
    if (was.node.fields !== location.node.fields)
      collectFields(
        { key, changes },
        [],
        getStepFieldsWithoutIdAndOrder(was.node),
        getStepFieldsWithoutIdAndOrder(location.node),
      );
  }
  for (const [key, location] of old) {
    if (!now.has(key)) changes.push({ type: "remove", node: location.node, place: placeOf(location) });
  }
  return changes;
}

/** Finds the smallest set of steps to move in `before` so that every list has the order of `after`. */
export function findMovedSteps(before: FlowDocument, after: FlowDocument): ReadonlySet<StepKey> {
  const [old, now] = [getLocationsOfAllSteps(before), getLocationsOfAllSteps(after)];
  const moved = new Set<StepKey>();
  for (const keys of listStepKeysByList(after).values()) {
    const stayed = keys.filter((key) => {
      const [was, current] = [old.get(key), now.get(key)];
      if (!was || !current || isSameStepListRef(was.list, current.list)) return was !== undefined;
      moved.add(key);
      return false;
    });
    const unmoved = new Set(findIncreasingSubsequence(stayed.map((key) => old.get(key)?.index ?? 0)));
    stayed.forEach((key, index) => {
      if (!unmoved.has(index)) moved.add(key);
    });
  }
  return moved;
}

function placeOf({ list, index }: StepLocation): StepPlace {
  return { list, index };
}

interface FieldCollector {
  readonly key: StepKey;
  readonly changes: DocumentChange[];
}

function collectFields(
  collector: FieldCollector,
  path: JsonPath,
  before: JsonObject,
  after: JsonObject,
): void {
  const added = Object.keys(after).filter((name) => !Object.hasOwn(before, name));
  for (const name of [...Object.keys(before), ...added]) {
    const was = Object.hasOwn(before, name) ? before[name] : undefined;
    const current = Object.hasOwn(after, name) ? after[name] : undefined;
    if (isEqualJson(was, current)) continue;
    const here = [...path, name];
    if (isJsonObject(was) && isJsonObject(current)) collectFields(collector, here, was, current);
    else
      collector.changes.push({ type: "field", key: collector.key, path: here, before: was, after: current });
  }
}
