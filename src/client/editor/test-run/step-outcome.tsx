import { type ReactNode, useRef } from "react";
import type { StepResult } from "#contract/run.ts";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName, getStepType } from "#core/document/step.ts";
import { StepResultDetails } from "#client/flow/execution/step-details.tsx";
import { GoToStep } from "#client/editor/runs/go-to-step.tsx";
import { useTestRunState } from "#client/editor/session/editor-provider.tsx";
import type { TestRunStateOfStep } from "./test-run.ts";

/** Maximum characters of streamed text to render; the complete text is shown after the end. */
const MAX_STREAMED_CHARACTERS = 20_000;

type StepOutcomeProps = {
  readonly step: StepKey;
  /** Whether status, type and duration are left out, because the elements around the result show them. */
  readonly omitsStatus?: boolean;
  readonly heading?: ReactNode;
};

/** Shows the result of a step in the last test run, or the streamed text while the step runs. */
export function StepOutcome({ step, omitsStatus = false, heading }: StepOutcomeProps) {
  const node = useTestRunState(({ run }) => run && findStep(run.document, step));
  const testRun = useTestRunState(({ run }) => run?.steps.get(step));
  const isRunning = useTestRunState(({ run }) => run?.status === "running");
  if (!node || !testRun) return null;
  const result = toStepResult(node, testRun);
  const waitingText = isRunning ? "Waiting for earlier steps." : "The run ended before this step.";
  return (
    <section aria-label={`Result of ${getStepName(node)}`} className="flex flex-col gap-3">
      {heading}
      {testRun.status === "running" || testRun.status === "cancelled" ? (
        <StreamedOutput testRun={testRun} />
      ) : testRun.status === "waiting" ? (
        <p className="text-sm text-muted">{waitingText}</p>
      ) : (
        <StepResultDetails step={result} known={{ output: testRun.output }} omitsStatus={omitsStatus}>
          <GoToStep step={result} />
        </StepResultDetails>
      )}
    </section>
  );
}

export function StreamedOutput({ testRun }: { readonly testRun: TestRunStateOfStep }) {
  const isAtEnd = useRef(true);
  const isRunning = testRun.status === "running";
  if (testRun.text === "")
    return <p className="text-sm text-muted">{isRunning ? "No output yet." : "Stopped with no output."}</p>;
  return (
    <>
      <pre
        // A new function in each render, so that React calls the ref again and scrolls to the newest text.
        ref={(box) => {
          if (box && isAtEnd.current) box.scrollTop = box.scrollHeight;
        }}
        dir="auto"
        tabIndex={0}
        role="group"
        aria-label="Streamed output"
        aria-busy={isRunning}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 8;
        }}
        className="max-h-72 overflow-y-auto rounded-md border border-line bg-sunken px-3 py-2 font-sans text-sm break-words whitespace-pre-wrap focus-inset"
      >
        {testRun.text.slice(-MAX_STREAMED_CHARACTERS)}
      </pre>
      {!isRunning && <p className="text-sm text-muted">Stopped here.</p>}
    </>
  );
}

/** Converts a step's result in a test run to the type of stored results, which `StepResultDetails` shows. */
function toStepResult(node: StepNode, { status, startedAt, end, skip }: TestRunStateOfStep): StepResult {
  return {
    id: node.key,
    stepId: node.key,
    stepName: getStepName(node),
    stepType: getStepType(node),
    status,
    skipReason: skip?.reason ?? null,
    durationMs: end?.durationMs ?? null,
    startedAt: startedAt ?? null,
    completedAt: end?.completedAt ?? null,
    createdAt: end?.completedAt ?? startedAt ?? "",
    errorMessage: end?.error ?? null,
    modelUsed: end?.modelUsed ?? null,
    totalTokens: end?.tokensUsed ?? null,
    estimatedCost: end?.cost === undefined ? null : String(end.cost),
    resolvedPrompt: end?.resolvedPrompt ?? null,
    inputVariables: end?.inputVariables,
    ...(end?.unresolvedVariables && { unresolvedVariables: end.unresolvedVariables }),
    userId: "",
    organizationId: null,
    batchExecutionId: null,
    executionSessionId: null,
    flowId: null,
    flowVersionId: null,
    recordId: null,
    recordName: null,
    order: null,
    outputPreview: null,
  };
}
