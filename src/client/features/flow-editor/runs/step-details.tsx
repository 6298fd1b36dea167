import { useQuery } from "@tanstack/react-query";
import { ArrowRight, Copy } from "lucide-react";
import { type ReactNode, useContext } from "react";
import type { StepResult } from "#contract/run.ts";
import type { StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { runQueries } from "#client/data/run-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { describeStepType } from "#client/features/flow-editor/describe-step-row.ts";
import { announce } from "#client/ui/announce.ts";
import { Button } from "#client/ui/button.tsx";
import { Chip } from "#client/ui/chip.tsx";
import { copyText } from "#client/ui/copy-text.ts";
import { formatCount, formatNumber } from "#client/ui/format-count.ts";
import { formatDuration } from "#client/ui/format-duration.ts";
import { JsonTree } from "#client/ui/json-tree.tsx";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { toasts } from "#client/ui/toasts.ts";
import { describeSkip, formatCost } from "./describe-run.ts";
import { describeReadError } from "./list-trouble.tsx";
import { RunStatus } from "./run-status.tsx";
import { StepPath } from "./step-path.ts";

type StepDetailsProps = {
  readonly step: StepResult;
  /** Its output, where it is at hand and not to be read. */
  readonly known?: { readonly output: unknown };
  /** More ways to go on from here. */
  readonly children?: ReactNode;
};

/** All that is known of what a step did. */
export function StepDetails({ step, known, children }: StepDetailsProps) {
  const { resolvedPrompt, inputVariables, unresolvedVariables, errorMessage } = step;
  const hasInputs = typeof inputVariables === "object" && inputVariables !== null;
  return (
    <div className="flex flex-col gap-4 text-sm">
      <Facts step={step} />
      <div className="flex flex-wrap gap-2">
        <GoToStep step={step} />
        {children}
      </div>
      {step.status === "skipped" && <p className="text-muted">{describeSkip(step)}</p>}
      {errorMessage != null && errorMessage !== "" && (
        <p
          dir="auto"
          className="rounded-md bg-danger-soft px-3 py-2 break-words whitespace-pre-wrap text-danger"
        >
          {errorMessage}
        </p>
      )}
      {unresolvedVariables && unresolvedVariables.length > 0 && (
        <p className="rounded-md bg-warning-soft px-3 py-2 text-warning">
          Nobody had set {unresolvedVariables.length === 1 ? "this variable" : "these variables"}, so{" "}
          {unresolvedVariables.length === 1 ? "it" : "they"} came out empty:{" "}
          {unresolvedVariables.map((name) => (
            <Chip key={name} text={name} className="mr-1 max-w-full" />
          ))}
        </p>
      )}
      {step.status !== "skipped" && (known ? <KnownOutput {...known} /> : <Output step={step} />)}
      {resolvedPrompt != null && resolvedPrompt !== "" && (
        <Part title="Prompt as it was sent" text={resolvedPrompt}>
          <pre
            dir="auto"
            tabIndex={0}
            role="group"
            aria-label="Prompt as it was sent"
            className="max-h-72 overflow-y-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs break-words whitespace-pre-wrap focus-inset"
          >
            {resolvedPrompt}
          </pre>
        </Part>
      )}
      {hasInputs && Object.keys(inputVariables).length > 0 && (
        <Part title="What it read" text={JSON.stringify(inputVariables, null, 2)}>
          <JsonTree label="What it read" value={inputVariables} />
        </Part>
      )}
    </div>
  );
}

function Facts({ step }: { readonly step: StepResult }) {
  const { status, durationMs, startedAt, modelUsed, promptTokens, completionTokens, totalTokens } = step;
  const cost = formatCost(step.estimatedCost);
  const facts: readonly (readonly [string, ReactNode] | false)[] = [
    ["Status", <RunStatus key="status" status={status} />],
    ["Type", describeStepType(step.stepType)],
    status !== "skipped" && durationMs !== null && ["Took", formatDuration(durationMs)],
    startedAt !== null && ["Begun", <RelativeTime key="begun" time={startedAt} />],
    modelUsed != null && ["Model", modelUsed],
    totalTokens != null && ["Tokens", describeTokens(totalTokens, promptTokens, completionTokens)],
    cost !== undefined && ["Cost", cost],
    (step.retryCount ?? 0) > 0 && ["Tried again", formatCount(step.retryCount ?? 0, "time")],
  ];
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-x-4 gap-y-2">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]} className="min-w-0">
              <dt className="text-xs text-muted">{fact[0]}</dt>
              <dd className="break-words tabular-nums">{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function describeTokens(
  total: number,
  prompt: number | null | undefined,
  completion: number | null | undefined,
) {
  if (prompt == null || completion == null) return formatCount(total, "token");
  return `${formatCount(total, "token")} (${formatNumber(prompt)} in, ${formatNumber(completion)} out)`;
}

function GoToStep({ step }: { readonly step: StepResult }) {
  const key = step.stepId as StepKey | null;
  const isThere = useOpenFlowState(
    ({ history }) => key !== null && findStep(history.document, key) !== undefined,
  );
  const goToStep = useContext(StepPath);
  return (
    <Button
      size="sm"
      icon={ArrowRight}
      disabledReason={isThere ? undefined : "This step is no longer in the flow."}
      onClick={() => key !== null && goToStep(key)}
    >
      Go to step
    </Button>
  );
}

function Output({ step }: { readonly step: StepResult }) {
  const { data, error, isFetching, refetch } = useQuery(runQueries.output(step.id));
  if (error) {
    return (
      <Part title="Output">
        <p role="alert" className="flex flex-wrap items-center gap-2 text-danger">
          It could not be read. {describeReadError(error)}
          <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
            Try again
          </Button>
        </p>
      </Part>
    );
  }
  if (!data) {
    return (
      <Part title="Output">
        <p aria-busy="true" className="text-muted">
          Reading the output…
        </p>
      </Part>
    );
  }
  return <KnownOutput {...data} />;
}

type KnownOutputProps = { readonly output?: unknown; readonly truncated?: boolean };

function KnownOutput({ output, truncated = false }: KnownOutputProps) {
  if (output === undefined) {
    return (
      <Part title="Output">
        <p className="text-muted">It gave none.</p>
      </Part>
    );
  }
  return (
    <Part title="Output" text={typeof output === "string" ? output : JSON.stringify(output, null, 2)}>
      {truncated && (
        <p className="text-warning">It was too long to be kept whole: this is its beginning, as text.</p>
      )}
      <JsonTree label="Output" value={output} />
    </Part>
  );
}

type PartProps = {
  readonly title: string;
  /** What is copied. */
  readonly text?: string;
  readonly children: ReactNode;
};

function Part({ title, text, children }: PartProps) {
  const copy = () => {
    if (text !== undefined && copyText(text)) announce("Copied.");
    else toasts.show({ tone: "danger", text: "The browser did not let this be copied." });
  };
  return (
    <section aria-label={title} className="flex flex-col gap-1.5">
      <div className="flex items-center gap-2">
        <span className="mr-auto text-xs font-medium text-muted">{title}</span>
        {text !== undefined && (
          <Button size="sm" variant="ghost" icon={Copy} aria-label={`Copy: ${title}`} onClick={copy}>
            Copy
          </Button>
        )}
      </div>
      {children}
    </section>
  );
}
