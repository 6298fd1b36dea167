import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight, Copy } from "lucide-react";
import type { ReactNode } from "react";
import type { StepResult } from "#contract/run.ts";
import { useMissingScope, useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { describeStepType } from "#client/flow/describe-step-type.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button, buttonColorClasses } from "#client/ui/controls/button.tsx";
import { CodeChip, RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { copyTextToClipboard } from "#client/ui/hooks/copy-text-to-clipboard.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { JsonTree } from "#client/ui/json-tree/json-tree.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { describeStepSkipReason, formatCostInDollars } from "#client/flow/runs/describe-batch-progress.ts";
import { ResultText } from "./result-text.tsx";
import { RunStatus } from "#client/flow/runs/run-status.tsx";
import { QueryStatusNote } from "#client/page/query-status-note.tsx";

type StepDetailsProps = {
  readonly step: StepResult;
  /** The step's output if it is known already; otherwise the output is fetched. */
  readonly known?: { readonly output: unknown };
  /** Whether status, type and duration are left out. */
  readonly omitsStatus?: boolean;
  /** Links and buttons, such as “Go to step”. */
  readonly children?: ReactNode;
};

export function StepResultDetails({ step, known, omitsStatus = false, children }: StepDetailsProps) {
  const { resolvedPrompt, inputVariables, unresolvedVariables, errorMessage } = step;
  const hasDetails = useOffersFeature("runDetails");
  const missing = useMissingScope("RECORDS:READ");
  const isWithheld = known === undefined && missing !== undefined;
  const hasInputs = typeof inputVariables === "object" && inputVariables !== null;
  return (
    <div className="flex flex-col gap-4 text-sm">
      <Facts step={step} omitsStatus={omitsStatus} />
      <div className="flex flex-wrap gap-2 empty:hidden">{children}</div>
      {(step.status === "skipped" || step.skipReason != null) && (
        <p className="text-muted">{describeStepSkipReason(step)}</p>
      )}
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
          {unresolvedVariables.length === 1 ? "Empty variable" : "Empty variables"}:{" "}
          {unresolvedVariables.map((name) => (
            <CodeChip key={name} text={name} className="mr-1 max-w-full" />
          ))}
        </p>
      )}
      {isWithheld && (
        <p className="rounded-md bg-sunken px-3 py-2 text-muted">
          Inputs, outputs and errors are hidden. {missing}
        </p>
      )}
      {!isWithheld &&
        step.status !== "skipped" &&
        (known ? (
          <StepOutputView {...known} />
        ) : hasDetails ? (
          <Output step={step} />
        ) : (
          <OutputPreview step={step} />
        ))}
      {resolvedPrompt != null && resolvedPrompt !== "" && (
        <Part title="Sent prompt" getText={() => resolvedPrompt}>
          <ResultText label="Sent prompt" text={resolvedPrompt} isCode />
        </Part>
      )}
      {hasInputs && Object.keys(inputVariables).length > 0 && (
        <Part title="Input" getText={() => JSON.stringify(inputVariables, null, 2)}>
          <JsonTree label="Input" value={inputVariables} />
        </Part>
      )}
    </div>
  );
}

function Facts({ step, omitsStatus }: Required<Pick<StepDetailsProps, "step" | "omitsStatus">>) {
  const { status, durationMs, startedAt, modelUsed, promptTokens, completionTokens, totalTokens } = step;
  const cost = formatCostInDollars(step.estimatedCost);
  const facts: readonly (readonly [string, ReactNode] | false)[] = [
    !omitsStatus && ["Status", <RunStatus key="status" status={status} />],
    !omitsStatus && ["Type", describeStepType(step.stepType)],
    !omitsStatus && status !== "skipped" && durationMs !== null && ["Duration", formatDuration(durationMs)],
    startedAt !== null && ["Started", <RelativeTime key="begun" time={startedAt} />],
    modelUsed != null && ["Model", modelUsed],
    totalTokens != null && ["Tokens", describeTokens(totalTokens, promptTokens, completionTokens)],
    cost !== undefined && ["Cost", cost],
    (step.retryCount ?? 0) > 0 && ["Retries", formatNumber(step.retryCount ?? 0)],
  ];
  return (
    <dl className="grid empty:hidden grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-x-4 gap-y-2">
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

/** Opens the editor, which finds a step by its id in the run. */
export function GoToStepLink({ step: { flowId, stepId } }: Pick<StepDetailsProps, "step">) {
  if (flowId === null || stepId === null) return null;
  return (
    <Link
      to="/flows/$flowId"
      params={{ flowId }}
      search={{ step: stepId }}
      className={`inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-sm font-medium pointer-coarse:h-10 ${buttonColorClasses.secondary}`}
    >
      <ArrowRight aria-hidden="true" className="-ml-0.5 size-4" />
      Go to step
    </Link>
  );
}

function Output({ step }: { readonly step: StepResult }) {
  const query = useQuery(flowRunQueries.output(step.id));
  if (query.data) return <StepOutputView {...query.data} />;
  return (
    <Part title="Output">
      <QueryStatusNote what="the output" query={query} />
    </Part>
  );
}

/** Shows the beginning of an output, because the documented API does not return more. */
function OutputPreview({ step: { outputPreview } }: { readonly step: StepResult }) {
  if (outputPreview === null || outputPreview === "") return <StepOutputView />;
  return (
    <Part title="Output preview" getText={() => outputPreview}>
      <p className="text-xs text-muted">The API returns only the beginning of outputs.</p>
      <ResultText label="Output preview" text={outputPreview} />
    </Part>
  );
}

type StepOutputViewProps = {
  readonly title?: string;
  readonly output?: unknown;
  readonly truncated?: boolean;
};

export function StepOutputView({ title = "Output", output, truncated = false }: StepOutputViewProps) {
  if (output === undefined) {
    return (
      <Part title={title}>
        <p className="text-muted">No output.</p>
      </Part>
    );
  }
  return (
    <Part
      title={title}
      getText={() => (typeof output === "string" ? output : JSON.stringify(output, null, 2))}
    >
      {truncated && <p className="text-warning">Output truncated. Only the beginning is shown, as text.</p>}
      {typeof output === "string" && output !== "" ? (
        <ResultText label={title} text={output} />
      ) : (
        <JsonTree label={title} value={output} />
      )}
    </Part>
  );
}

type PartProps = {
  readonly title: string;
  /** Returns the text to copy. Called on copy only, because stringifying a large output takes long. */
  readonly getText?: () => string;
  readonly children: ReactNode;
};

function Part({ title, getText, children }: PartProps) {
  const copy = () => {
    if (getText && copyTextToClipboard(getText())) announceToScreenReaders("Copied.");
    else toasts.show({ tone: "danger", text: "Couldn’t copy. The browser blocked access to the clipboard." });
  };
  return (
    <section aria-label={title} className="flex flex-col gap-1.5">
      <div className="flex items-center gap-2">
        <span className="mr-auto text-xs font-medium text-muted">{title}</span>
        {getText && (
          <Button size="sm" variant="ghost" icon={Copy} aria-label={`Copy: ${title}`} onClick={copy}>
            Copy
          </Button>
        )}
      </div>
      {children}
    </section>
  );
}
