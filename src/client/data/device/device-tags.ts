import {
  type FlowTagChange,
  changeFlowTags,
  findFlowTagFault,
  getFlowTagKey,
} from "#core/document/flow-tags.ts";
import { changeDeviceStore } from "./change-device-store.ts";
import { createDeviceStore } from "./device-store.ts";

type DeviceTags = Readonly<Record<string, readonly string[]>>;

/** Tags by the id of their flow, for servers that keep no tags. */
export const deviceTagStore = createDeviceStore("flowline-flow-tags", parseDeviceTags);

function parseDeviceTags(stored: unknown): DeviceTags {
  if (typeof stored !== "object" || stored === null || Array.isArray(stored)) return {};
  const entries = Object.entries(stored).flatMap(([id, names]: [string, unknown]) => {
    const valid = Array.isArray(names) ? names.filter(isTag) : [];
    return valid.length > 0 ? [[id, changeFlowTags([], { add: valid })] as const] : [];
  });
  return Object.fromEntries(entries);
}

const isTag = (name: unknown): name is string =>
  typeof name === "string" && findFlowTagFault(name) === undefined;

export function readDeviceTags(id: string): readonly string[] {
  const tags = deviceTagStore.getState();
  return Object.hasOwn(tags, id) ? (tags[id] ?? NO_TAGS) : NO_TAGS;
}

const NO_TAGS: readonly string[] = [];

/** Returns the tags after the change; undefined if the browser could not store the change. */
export function changeDeviceTags(id: string, change: FlowTagChange): readonly string[] | undefined {
  const isStored = changeDeviceStore(deviceTagStore, (all) => {
    const { [id]: before = [], ...others } = all;
    const spellings = new Map(
      Object.values(all).flatMap((names) => names.map((name) => [getFlowTagKey(name), name])),
    );
    const add = change.add?.map((name) => spellings.get(getFlowTagKey(name)) ?? name);
    const tags = changeFlowTags(before, { add, remove: change.remove });
    return tags.length > 0 ? { ...others, [id]: tags } : others;
  });
  return isStored ? readDeviceTags(id) : undefined;
}

/** Copies the tags that this browser stores from one flow to another. */
export function copyDeviceTags(from: string, to: string): void {
  const add = readDeviceTags(from);
  if (add.length > 0) changeDeviceTags(to, { add });
}

/** Counts the flows of each tag, most used first. */
export function countDeviceTags(): readonly { readonly name: string; readonly flows: number }[] {
  const counts = new Map<string, { name: string; flows: number }>();
  for (const name of Object.values(deviceTagStore.getState()).flat()) {
    const key = getFlowTagKey(name);
    const count = counts.get(key) ?? { name, flows: 0 };
    counts.set(key, { ...count, flows: count.flows + 1 });
  }
  return [...counts]
    .toSorted(([a, x], [b, y]) => y.flows - x.flows || (a < b ? -1 : 1))
    .map(([, count]) => count);
}

export function findFlowsWithDeviceTags(names: readonly string[]): readonly string[] {
  const keys = names.map(getFlowTagKey);
  return Object.entries(deviceTagStore.getState())
    .filter(([, tags]) => keys.every((key) => tags.some((tag) => getFlowTagKey(tag) === key)))
    .map(([id]) => id);
}
