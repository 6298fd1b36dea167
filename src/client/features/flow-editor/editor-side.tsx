import { useStore } from "zustand";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import { lazyPart, sayItDidNotOpen } from "#client/ui/lazy-part.tsx";
import { useEditor } from "./editor-context.tsx";
import type { FlowTab } from "./flow-tabs.tsx";
import { InspectorPane } from "./inspector/inspector-pane.tsx";
import { SelectionPane } from "./selection-pane.tsx";

export const ProblemsPanel = lazyPart(
  async () => (await import("./problems/problems-panel.tsx")).ProblemsPanel,
  { onFail: sayItDidNotOpen },
);

const TryPanel = lazyPart(async () => (await import("./try/try-panel.tsx")).TryPanel, {
  onFail: sayItDidNotOpen,
});

type EditorSideProps = {
  readonly tab: FlowTab;
  readonly selected: StepNode | undefined;
  readonly isProblemsOpen: boolean;
  readonly onCloseProblems: () => void;
  readonly onGoTo: (problem: Problem) => void;
  readonly onShowStep: (key: StepKey) => void;
};

/** What stands beside the view of the flow: panels about all of it, and what is known of the selected step. */
export function EditorSide({ tab, selected, isProblemsOpen, ...on }: EditorSideProps) {
  const { trial, selection, actions } = useEditor();
  const isTrying = useStore(trial, ({ isOpen }) => isOpen);
  return (
    <div className="contents min-[900px]:flex min-[900px]:min-h-0 min-[900px]:flex-col min-[1200px]:flex-row">
      {isProblemsOpen && <ProblemsPanel onClose={on.onCloseProblems} onGoTo={on.onGoTo} />}
      {isTrying && <TryPanel onClose={() => trial.setState({ isOpen: false })} onShowStep={on.onShowStep} />}
      <div className="contents empty:hidden! min-[900px]:flex min-[900px]:min-h-0 min-[900px]:max-[1199px]:flex-1">
        {tab === "steps" && <SelectionPane />}
        {tab === "steps" && selected && (
          <InspectorPane
            node={selected}
            onClose={() => {
              selection.clear();
              actions.focusStep(selected.key);
            }}
          />
        )}
      </div>
    </div>
  );
}
