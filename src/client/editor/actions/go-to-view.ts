import { CircleCheck, FileBraces, History, LayoutList, ListTree, Play } from "lucide-react";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { MIN_WIDTH_BESIDE } from "#client/ui/hooks/use-media-query.ts";
import type { FlowTabName } from "#client/editor/session/flow-tabs.tsx";
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

const find = (selector: string) => document.querySelector<HTMLElement>(selector);

const CLOSED_OVERVIEW_BUTTON = "[data-overview-button]:not([aria-expanded=true])";

const showOverviewAction = defineEditorAction({
  id: "showOverview",
  label: "Show overview",
  icon: LayoutList,
  terms: "map summary inputs description",
  scope: "page",
  run: ({ page, selection, panels }) => {
    page.current?.showTab("steps");
    // A selected step replaces the overview, and a panel in a sheet covers it.
    selection.clear();
    if (!matchMedia(MIN_WIDTH_BESIDE).matches) {
      panels.close("testRun");
      panels.close("problems");
    }
    panels.show("pane");
    // The button would close an overview that is already open and still loads.
    requestFocusWhenRendered(() => find("[data-overview-heading]") ?? find(CLOSED_OVERVIEW_BUTTON), {
      onFocused: (element) => element.matches(CLOSED_OVERVIEW_BUTTON) && element.click(),
    });
  },
});

const showProblemsAction = defineEditorAction({
  id: "showProblems",
  label: "Show problems",
  icon: CircleCheck,
  terms: "errors warnings hints issues inputs",
  scope: "page",
  run: ({ panels }) => {
    panels.show("problems");
    requestFocusWhenRendered(() => find("[data-problems-heading]"));
  },
});

/** The views and panels of the open flow, for the command palette; on the page, they have links and buttons. */
export const GO_TO_VIEW_ACTIONS: readonly EditorAction[] = [
  goToTab("steps", { label: "Go to steps", icon: ListTree }),
  goToTab("runs", {
    label: "Go to runs",
    icon: Play,
    terms: "executions batches results history",
  }),
  goToTab("json", { label: "Go to JSON", icon: FileBraces, terms: "code source text" }),
  goToTab("versions", { label: "Go to versions", icon: History, terms: "history compare restore published" }),
  showOverviewAction,
  showProblemsAction,
];
