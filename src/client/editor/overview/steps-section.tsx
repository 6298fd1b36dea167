import { CircleCheck } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useDeferredValue } from "react";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { type Problem, getProblemIdWithOffsets, isServerDependentProblem } from "#core/dataflow/problem.ts";
import {
  type StepKey,
  BRANCH_NAMES,
  type FlowDocument,
  type StepNode,
} from "#core/document/flow-document.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepConfig } from "#core/document/step.ts";
import { type JsonObject, copyObjectWithKey } from "#core/json/json.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { formatDocumentStepCount } from "#client/flow/format-document-step-count.ts";
import { getPublishState } from "#client/flow/publish-state.ts";
import { useLiveVersionComparison } from "#client/flow/live-comparison.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { formatBytes } from "#client/ui/format/format-bytes.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { NO_ACTION_TARGET_STEPS } from "#client/editor/actions/define-action.ts";
import {
  collapseAllConditionalsAction,
  countFoldedConditionals,
  expandAllConditionalsAction,
  listConditionalStepKeys,
} from "#client/editor/actions/collapse.ts";
import { ProblemSeverityIcon } from "#client/editor/problems/row-problem-indicator.tsx";
import { useEditor, useFlowProblems, useStepSelection } from "#client/editor/session/editor-provider.tsx";
import { explainEmptyFlow } from "#client/editor/session/explain-empty-flow.ts";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { FlowOverviewSection, ShowStepButton, TEXT_BUTTON_CLASSES } from "./flow-overview-section.tsx";

type StepLinksProps = { readonly onShowStep: (key: StepKey) => void };

/** Share of the maximum flow size above which the overview names the largest step. */
const NEAR_LIMIT = 0.7;

export function StepsSection({ onShowStep }: StepLinksProps) {
  const document = useDeferredValue(useOpenFlowState(({ history }) => history.document));
  const { bytes, largest } = measureFlowJsonSize(document);
  const share = bytes / FLOW_LIMITS.bytes;
  const size = `${formatBytes(bytes)} of ${formatBytes(FLOW_LIMITS.bytes)}`;
  return (
    <FlowOverviewSection
      title="Steps"
      aside={<span className="text-sm text-ink tabular-nums">{formatDocumentStepCount(document)}</span>}
    >
      <div className="flex items-center gap-3 text-sm">
        <span className="text-muted">Size</span>
        <div
          role="meter"
          aria-label="Size"
          aria-valuemin={0}
          aria-valuemax={FLOW_LIMITS.bytes}
          aria-valuenow={Math.min(bytes, FLOW_LIMITS.bytes)}
          aria-valuetext={size}
          className="h-1 flex-1 overflow-hidden rounded-full bg-hover forced-colors:border"
        >
          <div
            style={{ width: `${Math.min(1, share) * 100}%` }}
            className={joinClasses(
              "h-full min-w-1 rounded-full forced-colors:bg-[Highlight]",
              share > 1 ? "bg-danger" : share > NEAR_LIMIT ? "bg-warning" : "bg-line-strong",
            )}
          />
        </div>
        <span className={joinClasses("tabular-nums", share > 1 ? "text-danger" : "text-muted")}>{size}</span>
      </div>
      {share > NEAR_LIMIT && largest && (
        <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-sm text-muted">
          {share > 1 ? "Too large to save. Largest step:" : "Largest step:"}
          <ShowStepButton step={largest.node.key} onShowStep={onShowStep} className="font-medium" />
          <span className="tabular-nums">{formatBytes(largest.bytes)}</span>
        </p>
      )}
    </FlowOverviewSection>
  );
}

export function PublishingSection() {
  const { page } = useEditor();
  const flow = useOpenFlowState((state) => state.flow);
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const viewOnlyReason = useViewOnlyReason();
  const whyEmpty = useOpenFlowState(explainEmptyFlow);
  const state = getPublishState(flow);
  if (!state) return null;
  const isUpToDate = state === "published" && !isUnsaved;
  return (
    <FlowOverviewSection title="Publishing">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <span className="mr-auto min-w-0">
          {state === "draft" && "Not published yet"}
          {state === "published" && (isUnsaved ? "Unsaved changes only" : "Up to date")}
          {state === "changed" && <UnpublishedChangesCount />}
        </span>
        {state !== "draft" && !isUpToDate && (
          <Link
            to="/flows/$flowId/versions/compare"
            params={{ flowId: flow.id }}
            search={keepOnlyStepSearchParam}
            resetScroll={false}
            className={TEXT_BUTTON_CLASSES}
          >
            Compare
          </Link>
        )}
        {!isUpToDate && (
          <Button
            size="sm"
            disabledReason={viewOnlyReason ?? whyEmpty}
            onClick={() => page.current?.openPublishDialog()}
          >
            Publish…
          </Button>
        )}
      </div>
    </FlowOverviewSection>
  );
}

/** Excludes unsaved edits, because the save status counts those. */
function UnpublishedChangesCount() {
  const flowId = useOpenFlowState((state) => state.flow.id);
  const saved = useOpenFlowState((state) => state.history.base.document);
  const comparison = useLiveVersionComparison(flowId, saved);
  const count = comparison.type === "known" ? comparison.lines.length : 0;
  return count > 0 ? formatCount(count, "unpublished change") : "Unpublished changes";
}

type ProblemsProps = {
  readonly onGoTo: (problem: Problem) => void;
  readonly onShowAll: () => void;
};

const MAX_SHOWN_PROBLEMS = 4;
const RANKS = { error: 0, warning: 1, info: 2 } as const;

export function ProblemsSection({ onGoTo, onShowAll }: ProblemsProps) {
  const isKnown = useFlowProblems((state) => state.analysis !== undefined);
  const problems = useFlowProblems((state) => state.problems);
  const severe = problems.filter(({ severity }) => severity !== "info");
  const errors = severe.filter(({ severity }) => severity === "error").length;
  const warnings = severe.length - errors;
  const shown = severe.toSorted((a, b) => RANKS[a.severity] - RANKS[b.severity]).slice(0, MAX_SHOWN_PROBLEMS);
  const counts = [
    errors > 0 && formatCount(errors, "error"),
    warnings > 0 && formatCount(warnings, "warning"),
  ].filter(Boolean);

  return (
    <FlowOverviewSection
      title="Problems"
      aside={counts.length > 0 && <span className="text-sm text-ink tabular-nums">{counts.join(", ")}</span>}
    >
      {!isKnown && <p className="text-sm text-muted">Checking the flow…</p>}
      {isKnown && severe.length === 0 && (
        <p className="flex items-center gap-2 text-sm text-muted">
          <CircleCheck aria-hidden="true" className="size-4 text-success" />
          No problems
        </p>
      )}
      {shown.length > 0 && (
        <ul className="-mx-2 flex flex-col">
          {shown.map((problem) => (
            <ProblemItem key={getProblemIdWithOffsets(problem)} problem={problem} onGoTo={onGoTo} />
          ))}
        </ul>
      )}
      {isKnown && problems.length > shown.length && (
        <button type="button" onClick={onShowAll} className={`self-start ${TEXT_BUTTON_CLASSES}`}>
          {severe.length > 0 ? "Show all" : `Show ${formatCount(problems.length, "note")}`}
        </button>
      )}
    </FlowOverviewSection>
  );
}

function ProblemItem({ problem, onGoTo }: Pick<ProblemsProps, "onGoTo"> & { readonly problem: Problem }) {
  const node = useOpenFlowState(({ history }) =>
    problem.step === undefined ? undefined : findStep(history.document, problem.step),
  );
  const text = (
    <>
      <ProblemSeverityIcon
        severity={isServerDependentProblem(problem) ? "environment" : problem.severity}
        className="mt-0.5"
      />
      <span className="line-clamp-2 min-w-0 break-words">{problem.message}</span>
    </>
  );
  const layout = "flex w-full items-start gap-2 rounded-md px-2 py-1 text-left text-sm pointer-coarse:py-2.5";
  return (
    <li>
      {node ? (
        <button
          type="button"
          onClick={() => onGoTo(problem)}
          {...getTooltipProps(problem.message, { whenTruncated: true })}
          className={joinClasses(layout, "focus-inset hover:bg-hover")}
        >
          {text}
        </button>
      ) : (
        <div className={layout}>{text}</div>
      )}
    </li>
  );
}

/** Buttons that collapse or expand all conditionals; hidden in a flow without conditionals. */
export function CollapseButtons() {
  const editor = useEditor();
  const document = useDeferredValue(useOpenFlowState(({ history }) => history.document));
  const conditionals = listConditionalStepKeys(document);
  const folded = useStepSelection((state) => countFoldedConditionals(conditionals, state.folded));
  if (conditionals.length === 0) return null;
  const actions = [
    { action: collapseAllConditionalsAction, isDone: folded === conditionals.length },
    { action: expandAllConditionalsAction, isDone: folded === 0 },
  ];
  return (
    <div role="group" aria-label="Conditionals" className="flex gap-2 px-4 py-3 in-[[role=dialog]]:px-5">
      {actions.map(({ action, isDone }) => (
        <Button
          key={action.id}
          size="sm"
          {...(action.icon && { icon: action.icon })}
          disabledReason={isDone ? action.disabledReason?.(editor, NO_ACTION_TARGET_STEPS) : undefined}
          onClick={() => action.run(editor, NO_ACTION_TARGET_STEPS)}
        >
          {action.label}
        </Button>
      ))}
    </div>
  );
}

const encoder = new TextEncoder();
const countBytes = (value: unknown) => encoder.encode(JSON.stringify(value) ?? "").length;

const knownOwnBytes = new WeakMap<JsonObject, number>();

/** Counts the bytes of a step's own JSON, without nested steps. Cached, so that an edit measures one step again. */
function measureOwnBytes(node: StepNode): number {
  const cached = knownOwnBytes.get(node.fields);
  if (cached !== undefined) return cached;
  const bytes = countBytes(withEmptyBranches(node));
  knownOwnBytes.set(node.fields, bytes);
  return bytes;
}

function withEmptyBranches(node: StepNode): JsonObject {
  const { fields, branches } = node;
  if (!branches) return fields;
  let config = getStepConfig(node);
  for (const branch of BRANCH_NAMES) if (branches[branch]) config = copyObjectWithKey(config, branch, []);
  return copyObjectWithKey(fields, "config", config);
}

interface FlowJsonSize {
  readonly bytes: number;
  /** The step whose own settings take the most bytes. */
  readonly largest: { readonly node: StepNode; readonly bytes: number } | undefined;
}

/** Measures the flow as JSON, as a save of the whole flow sends it. */
export function measureFlowJsonSize(document: FlowDocument): FlowJsonSize {
  const { name, description } = document;
  let bytes = countBytes({ name, description, flowSteps: [] });
  let largest: FlowJsonSize["largest"];
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    const own = measureOwnBytes(node);
    // Adds one byte for the comma that separates the step from the next step in the JSON.
    bytes += own + 1;
    if (!largest || own > largest.bytes) largest = { node, bytes: own };
  }
  return { bytes, largest };
}
