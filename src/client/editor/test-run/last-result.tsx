import { FlaskConical } from "lucide-react";
import type { StepKey } from "#core/document/flow-document.ts";
import { RunStatusIcon } from "#client/flow/runs/run-status.tsx";
import { useEditor, useIsPanelShown, useTestRunState } from "#client/editor/session/editor-provider.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { usePanelColumns } from "#client/editor/session/panel-columns.ts";
import { StepOutcome } from "./step-outcome.tsx";
import {
  OutdatedResultIcon,
  describeTestRunStatus,
  hasTestRunResult,
  useIsTestResultOutdated,
} from "./step-test-run-summary.tsx";

/** Shows the step's result in the last test run; nothing if the step was not part of the run. */
export function LastTestRunResult({ step }: { readonly step: StepKey }) {
  const outcome = useTestRunState(({ run }) => run?.steps.get(step));
  const isRunning = useTestRunState(({ run }) => run?.status === "running");
  const isOutdated = useIsTestResultOutdated(step) && hasTestRunResult(outcome);
  if (!outcome) return null;
  return (
    <div className="flex flex-col gap-3">
      <h3
        data-last-result={step}
        tabIndex={-1}
        className="flex min-w-0 items-center gap-1.5 rounded-sm text-sm text-muted tabular-nums"
      >
        {isOutdated ? <OutdatedResultIcon /> : <RunStatusIcon status={outcome.status} />}
        {isOutdated && "Outdated · "}
        {describeTestRunStatus(outcome, isRunning)}
      </h3>
      {isOutdated && (
        <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          The flow changed after this run.
        </p>
      )}
      <StepOutcome step={step} omitsStatus />
      <OpenTestRunPanelButton step={step} />
    </div>
  );
}

function OpenTestRunPanelButton({ step }: { readonly step: StepKey }) {
  const { testRun, selection, panels } = useEditor();
  const isShown = useIsPanelShown("testRun");
  const hasColumns = usePanelColumns() > 0;
  if (isShown) return null;
  const open = () => {
    // On a narrow page, the panel is a sheet, which would cover the sheet of the inspector.
    if (!hasColumns) selection.clear();
    testRun.setState({ viewed: step });
    panels.show("testRun");
  };
  return (
    <Button size="sm" variant="ghost" icon={FlaskConical} className="-ml-2 self-start" onClick={open}>
      Open Try it
    </Button>
  );
}
