import { createStore } from "zustand/vanilla";
import type { StepKey } from "#core/flow-document.ts";

export interface StepSelectionState {
  /** The selected steps. One alone is the one that the inspector shows. */
  readonly keys: ReadonlySet<StepKey>;
  /** Where a range begins unless told otherwise; Shift extends from here. */
  readonly anchor: StepKey | undefined;
  /**
   * Steps are being gathered by plain taps, for those who have no Ctrl or Shift: then even one alone is a selection to
   * act on, and not opened in the inspector.
   */
  readonly isGathering: boolean;
  /** Conditionals whose inside is folded away. */
  readonly folded: ReadonlySet<StepKey>;
  /** The step that holds what was found last, while somebody is finding. */
  readonly found: StepKey | undefined;
}

/** Which steps are selected and which are folded: what a person sees, not what the flow is, so no edit and no undo. */
export function createStepSelection(first: StepKey | undefined) {
  const store = createStore<StepSelectionState>(() => ({
    keys: new Set(first === undefined ? [] : [first]),
    anchor: first,
    isGathering: false,
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

    selectOnly: (key: StepKey) => set({ keys: new Set([key]), anchor: key, isGathering: false }),

    /** The last one to leave ends the gathering. */
    toggle: (key: StepKey) => {
      const keys = new Set(get().keys);
      if (!keys.delete(key)) keys.add(key);
      set({ keys, anchor: key, isGathering: get().isGathering && keys.size > 0 });
    },

    /** From `from` to `key`, both included, as the rows stand on the page; `add` keeps what was selected besides. */
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

    /** From now on plain taps add and take away. */
    gather: (key: StepKey) => set({ keys: new Set([key]), anchor: key, isGathering: true }),

    clear: () => set({ keys: new Set(), anchor: undefined, isGathering: false }),

    fold: (key: StepKey) => fold(key, true),
    unfold: (key: StepKey) => fold(key, false),

    markFound: (key: StepKey | undefined) => set({ found: key }),
  };
}

export type StepSelection = ReturnType<typeof createStepSelection>;

/** The one step that the inspector shows, if it is one. */
export function onlySelected({ keys, isGathering }: StepSelectionState): StepKey | undefined {
  return keys.size === 1 && !isGathering ? [...keys][0] : undefined;
}
