import { useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import {
  FLOW_TAG_LIMITS,
  type FlowTagChange,
  changeFlowTags,
  getFlowTagKey,
} from "#core/document/flow-tags.ts";
import { areTagsKeptOnDevice } from "#client/data/queries/flow-queries.ts";
import { flowTagQueries } from "#client/data/queries/flow-tag-queries.ts";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { TagChip } from "./tag-chips.tsx";
import { type PickableTag, TagPicker } from "./tag-picker.tsx";

export type CompleteTagChange = Required<FlowTagChange>;

const NONE: readonly string[] = [];
export const NO_TAG_CHANGE: CompleteTagChange = { add: NONE, remove: NONE };

type FlowTagsEditorProps = {
  readonly flows: readonly (readonly string[])[];
  readonly change: CompleteTagChange;
  readonly onChange: (change: CompleteTagChange) => void;
};

/** Shows the tags after the change, each with a button that removes it, and a field that adds and creates tags. */
export function FlowTagsEditor({ flows, change, onChange }: FlowTagsEditorProps) {
  const [search, setSearch] = useState("");
  const { data: inUse } = useQuery(flowTagQueries.list());
  const { data: found } = useQuery({ ...flowTagQueries.list(search), enabled: inUse?.hasMore === true });
  const states = countStates(flows, change);
  const known = [...(inUse?.tags ?? []), ...(search === "" ? [] : (found?.tags ?? []))];
  const names = changeFlowTags([], { add: [...states, ...known].map(({ name }) => name) });
  const tags = names.map((name): PickableTag => {
    const isSame = (tag: { readonly name: string }) => getFlowTagKey(tag.name) === getFlowTagKey(name);
    return { name, flows: known.find(isSame)?.flows, state: states.find(isSame)?.state ?? "off" };
  });
  const present = tags.filter(({ state }) => state !== "off");

  const set = (name: string, isOn: boolean) => {
    const others = (all: readonly string[]) =>
      all.filter((other) => getFlowTagKey(other) !== getFlowTagKey(name));
    onChange({
      add: isOn ? [...others(change.add), name] : others(change.add),
      remove: isOn ? others(change.remove) : [...others(change.remove), name],
    });
  };

  return (
    <div className="flex h-[min(24rem,55dvh)] flex-col gap-3">
      {present.length > 0 && (
        <ul aria-label="Tags" className="flex max-h-28 shrink-0 flex-wrap gap-1.5 overflow-y-auto">
          {present.map(({ name, state }) => (
            <li key={name} className="max-w-full min-w-0">
              <button
                type="button"
                onClick={() => set(name, false)}
                className="flex min-h-6 max-w-full min-w-0 items-center gap-0.5 rounded-sm pr-0.5 hover:bg-hover pointer-coarse:min-h-9"
              >
                <VisuallyHidden>Remove </VisuallyHidden>
                <TagChip name={name} />
                {state === "mixed" && <span className="px-0.5 text-xs text-muted">some</span>}
                <X aria-hidden="true" className="size-3.5 shrink-0 text-muted" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <TagPicker
        label="Add tags"
        placeholder="Add or create a tag"
        tags={tags}
        onToggle={({ name, state }) => set(name, state !== "on")}
        onCreate={(name) => set(name, true)}
        onRemoveLast={() => {
          const last = change.add.at(-1) ?? present.at(-1)?.name;
          if (last !== undefined) set(last, false);
        }}
        onSearch={setSearch}
        emptyText="No tags yet. Type to create one."
      />
    </div>
  );
}

/** Returns a note if the tags are stored in this browser, undefined if the server stores them. */
export function useTagStorageNote(): string | undefined {
  return areTagsKeptOnDevice(useQueryClient())
    ? "Tags are kept in this browser: this server can’t store them."
    : undefined;
}

/** Returns why the tags of a flow cannot be saved after the change; undefined if they can. */
export function explainTooManyTags(tags: readonly string[], change: FlowTagChange): string | undefined {
  const count = changeFlowTags(tags, change).length;
  if (count <= FLOW_TAG_LIMITS.perFlow) return undefined;
  return `A flow has at most ${FLOW_TAG_LIMITS.perFlow} tags (now ${count}).`;
}

/** Leaves out the names that change no flow, such as a tag that was added and then removed again. */
export function keepEffectiveTagChange(
  flows: readonly (readonly string[])[],
  { add, remove }: CompleteTagChange,
): CompleteTagChange {
  const countWith = (name: string) =>
    flows.filter((tags) => tags.some((tag) => getFlowTagKey(tag) === getFlowTagKey(name))).length;
  return {
    add: add.filter((name) => countWith(name) < flows.length),
    remove: remove.filter((name) => countWith(name) > 0),
  };
}

/** Returns the tags that any flow has after the change, and whether all or some of the flows have them. */
function countStates(flows: readonly (readonly string[])[], change: CompleteTagChange) {
  const counts = new Map<string, { readonly name: string; readonly count: number }>();
  for (const name of flows.flatMap((tags) => changeFlowTags(tags, change))) {
    const key = getFlowTagKey(name);
    const before = counts.get(key);
    counts.set(key, { name: before?.name ?? name, count: (before?.count ?? 0) + 1 });
  }
  return [...counts.values()].map(({ name, count }) => ({
    name,
    state: count === flows.length ? ("on" as const) : ("mixed" as const),
  }));
}
