import { useQuery } from "@tanstack/react-query";
import { useContext } from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { quoteName } from "#core/document/quote-name.ts";
import { getStepName } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { UpgradeLink } from "#client/flow/upgrade-link.tsx";
import { formatCostInDollars } from "#client/editor/runs/describe-run.ts";
import { RunStatus } from "#client/editor/runs/run-status.tsx";
import { ShowStepInEditorContext, StepOutputView } from "#client/editor/runs/step-details.tsx";
import { useEditor, useTestRunState } from "#client/editor/session/editor-context.tsx";
import { stopAndClearTestRun } from "#client/editor/session/test-run-store.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { StreamedOutput } from "./step-outcome.tsx";
import { StepResultList } from "./step-result-list.tsx";
import {
  countTestRunSteps,
  findFinalOutputStep,
  findFirstFailedStepOfTestRun,
  findNotableStep,
} from "./summarize-test-run.ts";
import { useStepsWithOutdatedTestResult } from "./test-run-mark.tsx";
import type { TestRun } from "./test-run.ts";

type TestRunOutcomeProps = {
  /** Whether the results of all steps are listed here, because rows and inspector are covered. */
  readonly listsSteps: boolean;
};

export function TestRunOutcome({ listsSteps }: TestRunOutcomeProps) {
  const { testRun } = useEditor();
  const run = useTestRunState((state) => state.run);
  const outdated = useStepsWithOutdatedTestResult();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  if (!run) return null;
  const failed = findFirstFailedStepOfTestRun(run);
  const error = run.error ?? (failed === undefined ? undefined : run.steps.get(failed)?.end?.error);
  // The server ran no step of a refused run.
  const isRefused = run.status === "refused";
  // The notice above the Run button shows this reason already.
  const notice = server?.unavailable?.dispatch?.text;
  const isNoticeShown = notice !== undefined && error?.endsWith(notice) === true;
  // The result of a failed step, which the list shows, has the error, but no link to the paid plans.
  const isErrorListed = listsSteps && failed !== undefined && run.upgradeUrl === undefined;
  return (
    <section aria-label="Outcome" className="flex flex-col gap-3 border-t border-line pt-4">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <RunStatus status={toStatus(run)} />
        <span className="text-muted tabular-nums">{describeUse(run)}</span>
        {run.status !== "running" && (
          <Button size="sm" variant="ghost" className="ml-auto" onClick={() => stopAndClearTestRun(testRun)}>
            Clear
          </Button>
        )}
      </div>
      {outdated.size > 0 && (
        <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          {outdated.size === run.steps.size
            ? "These results are outdated: the flow changed after this run."
            : "Some results are outdated: the flow changed after this run."}
        </p>
      )}
      {run.status === "running" && <RunProgress run={run} />}
      {run.status === "running" && <WaitingForApi run={run} />}
      {!listsSteps && !isRefused && <RunPosition run={run} />}
      {error !== undefined && !isErrorListed && !isNoticeShown && (
        <p dir="auto" className="rounded-md bg-danger-soft px-3 py-2 text-sm break-words text-danger">
          {error}
          <UpgradeLink url={run.upgradeUrl} />
        </p>
      )}
      {listsSteps ? !isRefused && <StepResultList run={run} outdated={outdated} /> : <RunOutput run={run} />}
    </section>
  );
}

function RunProgress({ run }: { readonly run: TestRun }) {
  const { total, done, failed } = countTestRunSteps(run);
  return (
    <ProgressBar
      label="Progress of the test run"
      text={`${formatNumber(done)} of ${formatCount(total, "step")} done`}
      {...{ total, done, failed }}
    />
  );
}

/** In cloud mode, the API may delay its answer, such as by ten seconds in slow mode. */
function WaitingForApi({ run }: { readonly run: TestRun }) {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isWaiting = [...run.steps.values()].every(({ status }) => status === "waiting");
  if (server?.mode !== "cloud" || !isWaiting) return null;
  return <p className="text-sm text-muted">Waiting for the API…</p>;
}

/** Shows how many steps ran, and the step at which the run is, at which it ended, or whose output it has. */
function RunPosition({ run }: { readonly run: TestRun }) {
  const { total, done, ran } = countTestRunSteps(run);
  const notable = findNotableStep(run);
  const finalStep = findFinalOutputStep(run);
  return (
    <ul className="flex flex-wrap items-center gap-x-4 text-sm text-muted">
      <li className="tabular-nums">
        {run.status === "running"
          ? `${formatNumber(done)} of ${formatCount(total, "step")} done`
          : `${formatNumber(ran)} of ${formatCount(total, "step")} ran`}
      </li>
      {notable && <StepLink run={run} step={notable.step} prefix={notable.text} />}
      {finalStep !== undefined && <StepLink run={run} step={finalStep} prefix="Output of" />}
    </ul>
  );
}

/** Shows the output of a completed run, or the text that its current step streams. */
function RunOutput({ run }: { readonly run: TestRun }) {
  const notable = findNotableStep(run);
  const current = notable && run.steps.get(notable.step);
  const finalStep = findFinalOutputStep(run);
  const isStreamed = current?.status === "running" || current?.status === "cancelled";
  if (isStreamed) return current.text !== "" && <StreamedOutput testRun={current} />;
  return (
    finalStep !== undefined && (
      <StepOutputView title="Final output" output={run.steps.get(finalStep)?.output} />
    )
  );
}

type StepLinkProps = { readonly run: TestRun; readonly step: StepKey; readonly prefix: string };

/** Names a step of the run, as a link if the step is still in the flow. */
function StepLink({ run, step, prefix }: StepLinkProps) {
  const showStep = useContext(ShowStepInEditorContext);
  const isInFlow = useOpenFlowState(({ history }) => findStep(history.document, step) !== undefined);
  const node = findStep(run.document, step);
  if (!node) return null;
  const name = quoteName(getStepName(node));
  return (
    <li className="flex max-w-full min-w-0 items-center whitespace-pre">
      <span className="shrink-0">{`${prefix} `}</span>
      {isInFlow ? (
        <button
          type="button"
          dir="auto"
          onClick={() => showStep?.(step)}
          className="min-h-6 min-w-0 truncate rounded-sm font-medium text-accent hover:underline pointer-coarse:min-h-9"
        >
          {name}
        </button>
      ) : (
        <span dir="auto" className="min-w-0 truncate">
          {name}
        </span>
      )}
    </li>
  );
}

function toStatus({ status }: TestRun): string {
  if (status === "stopped") return "cancelled";
  return status === "refused" || status === "lost" ? "failed" : status;
}

function describeUse({ document, status, durationMs, tokens, cost, upTo }: TestRun): string {
  const money = formatCostInDollars(cost);
  const last = upTo === undefined ? undefined : findStep(document, upTo);
  return [
    durationMs !== undefined && status !== "running" && formatDuration(durationMs),
    tokens !== undefined && tokens > 0 && formatCount(tokens, "token"),
    money,
    last && `up to ${getStepName(last)}`,
  ]
    .filter((part) => typeof part === "string")
    .join(" · ");
}
