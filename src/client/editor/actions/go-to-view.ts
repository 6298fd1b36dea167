import { FileBraces, History, ListTree, Play } from "lucide-react";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import type { FlowTabName } from "#client/editor/session/flow-tabs.tsx";
import { findPanelHeading } from "#client/editor/session/focus.ts";
import { type EditorAction, defineEditorAction } from "./define-action.ts";

function goToTab(tab: FlowTabName, action: Pick<EditorAction, "label" | "icon" | "isShown" | "terms">) {
  return defineEditorAction({
    ...action,
    id: `goTo-${tab}`,
    scope: "page",
    disabledReason: ({ page }) => (page.current?.tab === tab ? "Already open." : undefined),
    run: ({ page }) => page.current?.showTab(tab),
  });
}

export function listShowPanelActions({ panels: { list } }: Editor): readonly EditorAction[] {
  return list.flatMap(({ id, label, name, icon, place, terms }) =>
    terms === undefined
      ? []
      : defineEditorAction({
          id: `show${label}`,
          label: `Show ${name}`,
          icon,
          terms,
          scope: "page",
          run: ({ page, selection, panels }) => {
            if (place === "pane") {
              page.current?.showTab("steps");
              // A selected step replaces the overview.
              selection.clear();
              panels.showOverview();
            } else panels.show(id);
            requestFocusWhenRendered(() => findPanelHeading(id));
          },
        }),
  );
}

/** The views of the open flow, for the command palette; on the page, they have links. */
export const GO_TO_VIEW_ACTIONS: readonly EditorAction[] = [
  goToTab("steps", { label: "Go to steps", icon: ListTree }),
  goToTab("runs", {
    label: "Go to runs",
    icon: Play,
    terms: "executions batches results history",
  }),
  goToTab("json", { label: "Go to JSON", icon: FileBraces, terms: "code source text" }),
  goToTab("versions", { label: "Go to versions", icon: History, terms: "history compare restore published" }),
];
