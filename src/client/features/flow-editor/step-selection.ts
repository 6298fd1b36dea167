import { createStore } from "zustand/vanilla";
import type { StepKey } from "#core/flow-document.ts";

export interface StepSelectionState {
  /** The selected steps. One alone is the one that the inspector shows. */
  readonly keys: ReadonlySet<StepKey>;
  /** Where a range began; Shift extends from here. */
  readonly anchor: StepKey | undefined;
  /** Conditionals whose inside is folded away. */
  readonly folded: ReadonlySet<StepKey>;
}

/** Which steps are selected and which are folded: what a person sees, not what the flow is, so no edit and no undo. */
export function createStepSelection(first: StepKey | undefined) {
  const store = createStore<StepSelectionState>(() => ({
    keys: new Set(first === undefined ? [] : [first]),
    anchor: first,
    folded: new Set(),
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

    selectOnly: (key: StepKey) => set({ keys: new Set([key]), anchor: key }),

    toggle: (key: StepKey) => {
      const keys = new Set(get().keys);
      if (!keys.delete(key)) keys.add(key);
      set({ keys, anchor: key });
    },

    /** From the anchor to `key`, both included, as the rows stand on the page. */
    extendTo: (key: StepKey, visible: readonly StepKey[]) => {
      const anchor = get().anchor ?? key;
      const [from, to] = [visible.indexOf(anchor), visible.indexOf(key)];
      if (from < 0 || to < 0) set({ keys: new Set([key]), anchor: key });
      else set({ keys: new Set(visible.slice(Math.min(from, to), Math.max(from, to) + 1)), anchor });
    },

    selectMany: (keys: readonly StepKey[]) => set({ keys: new Set(keys), anchor: keys[0] }),

    clear: () => set({ keys: new Set(), anchor: undefined }),

    fold: (key: StepKey) => fold(key, true),
    unfold: (key: StepKey) => fold(key, false),
  };
}

export type StepSelection = ReturnType<typeof createStepSelection>;
