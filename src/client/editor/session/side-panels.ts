import type { ComponentType } from "react";
import { createStore } from "zustand/vanilla";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import type { PanelColumns } from "./panel-columns.ts";
import { overviewOpenPreference } from "./preferences.ts";

export interface EditorPanel {
  readonly id: string;
  readonly label: string;
  /** The label as a part of a sentence. */
  readonly name: string;
  readonly icon: IconComponent;
  /** The pane belongs to the Steps tab and has a column of its own if the page has two. */
  readonly place: "side" | "pane";
  /** More words that find the panel in the command palette; undefined if an action opens it. */
  readonly terms: string | undefined;
  readonly Component: ComponentType<EditorPanelProps>;
  /** Replaces the button beside the tabs; null if the panel has its button elsewhere. */
  readonly Button?: ComponentType | null;
}

export type EditorPanelProps = {
  readonly panel: EditorPanel;
  readonly onClose: () => void;
  readonly onGoTo: (problem: Problem) => void;
  readonly onShowStep: (key: StepKey) => void;
};

interface SidePanelState {
  /** The one opened last at the end. The pane always stays: it shows the selected steps or the overview. */
  readonly open: readonly string[];
  /** Whether the user opened the overview. A page with three columns shows it anyway. */
  readonly isOverviewOpen: boolean;
}

export function createSidePanelStore(list: readonly EditorPanel[]) {
  const { setState, ...store } = createStore<SidePanelState>(() => ({
    open: ["pane"],
    isOverviewOpen: false,
  }));
  let columns: PanelColumns = 0;
  // The browser remembers the overview beside the list. Its sheet covers the list, so no flow opens with it.
  const isOverviewRemembered = () => columns === 1 || columns === 2;
  const without = (panel: string) => store.getState().open.filter((other) => other !== panel);
  const setOverviewOpen = (isOverviewOpen: boolean) => {
    setState({ isOverviewOpen });
    if (isOverviewRemembered()) overviewOpenPreference.set(isOverviewOpen);
  };

  return {
    ...store,
    list,
    show: (panel: string) => setState({ open: [...without(panel), panel] }),
    close: (panel: string) => setState({ open: without(panel) }),

    showOverview: () => {
      // The sheet of another panel would cover the overview.
      setState({ open: columns === 0 ? ["pane"] : [...without("pane"), "pane"] });
      setOverviewOpen(true);
    },
    closeOverview: () => setOverviewOpen(false),

    /** Adapts the overview to a page with this many columns. Returns a function that stops following the preference. */
    followColumns: (now: PanelColumns): (() => void) | undefined => {
      columns = now;
      const follow = () => {
        const isOverviewOpen = isOverviewRemembered() && overviewOpenPreference.getState();
        if (isOverviewOpen !== store.getState().isOverviewOpen) setState({ isOverviewOpen });
      };
      follow();
      return isOverviewRemembered() ? overviewOpenPreference.subscribe(follow) : undefined;
    },
  };
}

export type SidePanelStore = ReturnType<typeof createSidePanelStore>;

/** Two columns have room for the pane and the last of the others, one for the last of all. */
export function listShownPanels(
  open: readonly string[],
  { columns, isPaneOpen }: { readonly columns: PanelColumns; readonly isPaneOpen: boolean },
): readonly string[] {
  const others = open.filter((panel) => panel !== "pane");
  const usable = isPaneOpen ? open : others;
  if (columns === 3) return usable;
  const last = (columns === 1 ? usable : others).at(-1);
  return usable.filter((panel) => panel === last || (columns !== 1 && panel === "pane"));
}
