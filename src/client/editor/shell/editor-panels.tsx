import { CircleCheck, FlaskConical, LayoutList } from "lucide-react";
import { closeOverlayWithToast, createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { ProblemsPanelToggleButton } from "#client/editor/problems/row-problem-indicator.tsx";
import type { EditorPanel } from "#client/editor/session/side-panels.ts";
import { RightPane } from "./right-pane.tsx";

export const ProblemsPanel = createLazyComponent(
  async () => (await import("#client/editor/problems/problems-panel.tsx")).ProblemsPanel,
  { onFail: closeOverlayWithToast },
);

/** The panels beside the step list, in the order of their buttons. The columns have the same order, the pane last. */
export const EDITOR_PANELS: readonly EditorPanel[] = [
  {
    id: "pane",
    label: "Overview",
    name: "overview",
    icon: LayoutList,
    place: "pane",
    terms: "map summary inputs description",
    Component: RightPane,
  },
  {
    id: "problems",
    label: "Problems",
    name: "problems",
    icon: CircleCheck,
    place: "side",
    terms: "errors warnings hints issues inputs",
    Component: ProblemsPanel,
    Button: ProblemsPanelToggleButton,
  },
  {
    id: "testRun",
    label: "Try it",
    name: "Try it",
    icon: FlaskConical,
    place: "side",
    terms: undefined,
    Component: createLazyComponent(
      async () => (await import("#client/editor/test-run/test-run-panel.tsx")).TestRunPanel,
      { onFail: closeOverlayWithToast },
    ),
    Button: null,
  },
];
