import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { type JsonObject, type JsonPath, type JsonValue, equalJson, isJsonObject } from "#core/json.ts";
import { ownFields } from "#core/own-fields.ts";
import { type Place, type StepLocation, isSameList, locateSteps } from "#core/step-list.ts";
import { longestAscending } from "./align.ts";
import { listKeys } from "./document-parts.ts";

/** One way in which a document differs from another. Steps are named by key; places are counted in the document they are of. */
export type Change =
  | { readonly type: "rename"; readonly before: string; readonly after: string }
  | {
      readonly type: "describe";
      readonly before: string | null | undefined;
      readonly after: string | null | undefined;
    }
  /** Steps inside one that is added or removed have changes of their own. */
  | { readonly type: "add"; readonly node: StepNode; readonly place: Place }
  | { readonly type: "remove"; readonly node: StepNode; readonly place: Place }
  | { readonly type: "move"; readonly key: StepKey; readonly from: Place; readonly to: Place }
  | FieldChange;

/** A value of a step at a path of keys, `undefined` where it is not there. Arrays are one value. */
export interface FieldChange {
  readonly type: "field";
  readonly key: StepKey;
  readonly path: JsonPath;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/**
 * What makes `after` of `before`, with the fewest moves that are possible, in the order of the page; removed steps come
 * last. None for documents that a save would not tell apart.
 */
export function findChanges(before: FlowDocument, after: FlowDocument): readonly Change[] {
  if (before === after) return [];
  const changes: Change[] = [];
  if (before.name !== after.name) changes.push({ type: "rename", before: before.name, after: after.name });
  if ((before.description ?? "") !== (after.description ?? ""))
    changes.push({ type: "describe", before: before.description, after: after.description });
  if (before.steps === after.steps) return changes;

  const [old, now] = [locateSteps(before), locateSteps(after)];
  const moved = findMoved(before, after);
  for (const [key, location] of now) {
    const was = old.get(key);
    if (!was) {
      changes.push({ type: "add", node: location.node, place: placeOf(location) });
      continue;
    }
    if (moved.has(key)) changes.push({ type: "move", key, from: placeOf(was), to: placeOf(location) });
    if (was.node.fields !== location.node.fields)
      collectFields(key, [], ownFields(was.node), ownFields(location.node), changes);
  }
  for (const [key, location] of old) {
    if (!now.has(key)) changes.push({ type: "remove", node: location.node, place: placeOf(location) });
  }
  return changes;
}

/** The steps that have to be moved so that every list of `after` is in order: no smaller set would do. */
export function findMoved(before: FlowDocument, after: FlowDocument): ReadonlySet<StepKey> {
  const [old, now] = [locateSteps(before), locateSteps(after)];
  const moved = new Set<StepKey>();
  for (const keys of listKeys(after).values()) {
    const stayed = keys.filter((key) => {
      const [was, is] = [old.get(key), now.get(key)];
      if (!was || !is || isSameList(was.list, is.list)) return was !== undefined;
      moved.add(key);
      return false;
    });
    const kept = new Set(longestAscending(stayed.map((key) => old.get(key)?.index ?? 0)));
    stayed.forEach((key, index) => {
      if (!kept.has(index)) moved.add(key);
    });
  }
  return moved;
}

function placeOf({ list, index }: StepLocation): Place {
  return { list, index };
}

function collectFields(
  key: StepKey,
  path: JsonPath,
  before: JsonObject,
  after: JsonObject,
  changes: Change[],
): void {
  const added = Object.keys(after).filter((name) => !Object.hasOwn(before, name));
  for (const name of [...Object.keys(before), ...added]) {
    const was = Object.hasOwn(before, name) ? before[name] : undefined;
    const is = Object.hasOwn(after, name) ? after[name] : undefined;
    if (equalJson(was, is)) continue;
    const here = [...path, name];
    if (isJsonObject(was) && isJsonObject(is)) collectFields(key, here, was, is, changes);
    else changes.push({ type: "field", key, path: here, before: was, after: is });
  }
}
