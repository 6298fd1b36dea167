import { useLayoutEffect, useRef } from "react";
import type { StepResult } from "#contract/run.ts";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { stepName, stepType } from "#core/step.ts";
import { StepDetails } from "#client/features/flow-editor/runs/step-details.tsx";
import type { StepTrial, TrialRun } from "./trial-run.ts";

/** Letters of a text that are drawn while it grows; all of it is there when it is done. */
const DRAWN = 20_000;

/** All that is known of what one step did. */
export function StepOutcome({ run, step }: { readonly run: TrialRun; readonly step: StepKey }) {
  const node = findStep(run.document, step);
  const trial = run.steps.get(step);
  if (!node || !trial) return null;
  return (
    <section aria-label={`What ${stepName(node)} did`} className="flex flex-col gap-3">
      <h4 dir="auto" className="text-sm font-semibold break-words">
        {stepName(node)}
      </h4>
      {isUnderWay(trial) || trial.status === "cancelled" ? (
        <Speech trial={trial} />
      ) : trial.status === "waiting" ? (
        <p className="text-sm text-muted">
          {run.status === "running" ? "Its turn has not come yet." : "It was not reached."}
        </p>
      ) : (
        <StepDetails step={toStepResult(node, trial)} known={{ output: trial.output }} />
      )}
    </section>
  );
}

const isUnderWay = ({ status }: StepTrial) => status === "running";

/** What a model says, as it says it; the end of it is in sight unless somebody reads further up. */
function Speech({ trial }: { readonly trial: StepTrial }) {
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  });
  const isRunning = isUnderWay(trial);
  if (trial.text === "")
    return (
      <p className="text-sm text-muted">
        {isRunning ? "It runs…" : "It was stopped before it gave anything."}
      </p>
    );
  return (
    <>
      <pre
        ref={box}
        dir="auto"
        tabIndex={0}
        role="group"
        aria-label="What it says"
        aria-busy={isRunning}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 8;
        }}
        className="max-h-72 overflow-y-auto rounded-md border border-line bg-sunken px-3 py-2 font-sans text-sm break-words whitespace-pre-wrap focus-inset"
      >
        {trial.text.slice(-DRAWN)}
      </pre>
      {!isRunning && <p className="text-sm text-muted">It was stopped here.</p>}
    </>
  );
}

/** In the words of a stored result, of which nothing is stored here. */
function toStepResult(node: StepNode, { status, startedAt, end, skip }: StepTrial): StepResult {
  return {
    id: node.key,
    stepId: node.key,
    stepName: stepName(node),
    stepType: stepType(node),
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
