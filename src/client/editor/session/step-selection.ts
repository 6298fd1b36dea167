import { createStore } from "zustand/vanilla";
import type { StepKey } from "#core/document/flow-document.ts";

export interface StepSelectionState {
  readonly keys: ReadonlySet<StepKey>;
  readonly anchor: StepKey | undefined;
  /** For devices without Ctrl or Shift: plain taps add and remove steps. The inspector shows no single step. */
  readonly isMultiSelect: boolean;
  readonly folded: ReadonlySet<StepKey>;
  readonly found: StepKey | undefined;
}

/** View state that is not part of the flow, so changing it is not an undoable edit. */
export function createStepSelectionStore(first: StepKey | undefined) {
  const store = createStore<StepSelectionState>(() => ({
    keys: new Set(first === undefined ? [] : [first]),
    anchor: first,
    isMultiSelect: false,
    folded: new Set(),
    found: undefined,
  }));
  const { getState: get, setState: set } = store;

  const fold = (key: StepKey, isFolded: boolean) => {
    if (get().folded.has(key) === isFolded) return;
    const folded = new Set(get().folded);
    if (isFolded) folded.add(key);
    else folded.delete(key);
    set({ folded });
  };

  return {
    ...store,

    selectOnly: (key: StepKey) => set({ keys: new Set([key]), anchor: key, isMultiSelect: false }),

    toggle: (key: StepKey) => {
      const keys = new Set(get().keys);
      if (!keys.delete(key)) keys.add(key);
      set({ keys, anchor: key, isMultiSelect: get().isMultiSelect && keys.size > 0 });
    },

    /** Selects the rows from `from` to `key`, inclusive. With `add`, the other selected rows stay selected. */
    extendTo: (
      key: StepKey,
      visible: readonly StepKey[],
      {
        from: anchor = get().anchor ?? key,
        add = false,
      }: { readonly from?: StepKey; readonly add?: boolean } = {},
    ) => {
      const others = add ? get().keys : [];
      const [from, to] = [visible.indexOf(anchor), visible.indexOf(key)];
      if (from < 0 || to < 0) set({ keys: new Set([...others, key]), anchor: key });
      else {
        const range = visible.slice(Math.min(from, to), Math.max(from, to) + 1);
        set({ keys: new Set([...others, ...range]), anchor });
      }
    },

    selectMany: (keys: readonly StepKey[]) => set({ keys: new Set(keys), anchor: keys[0] }),

    startMultiSelect: (key: StepKey) => set({ keys: new Set([key]), anchor: key, isMultiSelect: true }),

    clear: () => set({ keys: new Set(), anchor: undefined, isMultiSelect: false }),

    fold: (key: StepKey) => fold(key, true),
    unfold: (key: StepKey) => fold(key, false),

    foldOnly: (keys: readonly StepKey[]) => set({ folded: new Set(keys) }),

    markFound: (key: StepKey | undefined) => set({ found: key }),
  };
}

export type StepSelectionStore = ReturnType<typeof createStepSelectionStore>;

/** Returns the step to show in the inspector: the only selected one, outside multi-select. */
export function findSingleSelectedStep({ keys, isMultiSelect }: StepSelectionState): StepKey | undefined {
  return keys.size === 1 && !isMultiSelect ? [...keys][0] : undefined;
}
