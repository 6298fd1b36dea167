import { createStore } from "zustand/vanilla";

/** A panel beside the step list. The pane is the inspector or, while no step is selected, the overview. */
export type SidePanel = "problems" | "testRun" | "pane";

/** Creates the store of the open panels, the one that the user opened or asked for last at the end. */
export function createSidePanelStore() {
  const { setState, ...store } = createStore<readonly SidePanel[]>(() => ["pane"]);
  const without = (panel: SidePanel) => store.getState().filter((other) => other !== panel);
  return {
    ...store,
    show: (panel: SidePanel) => setState([...without(panel), panel], true),
    close: (panel: SidePanel) => setState(without(panel), true),
  };
}

export type SidePanelStore = ReturnType<typeof createSidePanelStore>;

/**
 * Returns the open panels that have room beside the step list: all in three columns; in two, the pane and the last of
 * the other panels; in one, the last of all.
 */
export function listShownPanels(
  open: readonly SidePanel[],
  { columns, isPaneOpen }: { readonly columns: 1 | 2 | 3; readonly isPaneOpen: boolean },
): readonly SidePanel[] {
  const others = open.filter((panel) => panel !== "pane");
  const usable = isPaneOpen ? open : others;
  if (columns === 3) return usable;
  const last = (columns === 1 ? usable : others).at(-1);
  return usable.filter((panel) => panel === last || (columns === 2 && panel === "pane"));
}
