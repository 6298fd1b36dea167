import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useState } from "react";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { getStepName, isStepEnabled, getOutputVariable, getStepType } from "#core/document/step.ts";
import { describeBranchStepCounts } from "#core/document/branch-step-counts.ts";
import { useStore } from "zustand";
import { Tabs } from "#client/ui/controls/tabs.tsx";
import { lastResultPreference } from "#client/editor/session/preferences.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { describeStepType } from "#client/flow/describe-step-type.ts";
import { setStepsEnabled } from "#client/editor/actions/toggle.ts";
import { inspectAdjacentStepAction } from "#client/editor/actions/open.ts";
import {
  useEditor,
  useFlowProblems,
  useStepSelection,
  useTestRunState,
} from "#client/editor/session/editor-provider.tsx";
import { PanelColumn } from "#client/editor/session/panel-column.tsx";
import { ProblemSeverityIcon } from "#client/editor/problems/row-problem-indicator.tsx";
import { findStepServerRejection } from "#client/editor/session/find-step-save-error.ts";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { Switch } from "#client/ui/controls/switch.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import {
  explainWhyNoStepIsAboveOrBelow,
  findKeyOfStepAboveOrBelow,
  showStepAboveOrBelow,
} from "./step-above-or-below.ts";

type InspectorPaneProps = { readonly node: StepNode; readonly onClose: () => void };

/** The inspector in the sheet of a narrow page. */
export function StepInspectorSheetContent({ node }: Pick<InspectorPaneProps, "node">) {
  return (
    <div data-inspector={node.key} data-density="compact" className="relative pt-3">
      <StepInspector key={node.key} node={node} />
    </div>
  );
}

/** The inspector beside the step list. */
export function StepInspectorPane({ node, onClose }: InspectorPaneProps) {
  return (
    <PanelColumn label={`Inspector of ${getStepName(node)}`} onClose={onClose}>
      <div className="flex h-13 shrink-0 items-center gap-1 border-b border-line pr-2 pl-4">
        <StepInspectorHeader node={node} />
        <IconButton label="Close inspector" icon={X} shortcut="Escape" size="sm" onClick={onClose} />
      </div>
      <div
        data-inspector={node.key}
        data-density="compact"
        className="relative min-h-0 flex-1 overflow-y-auto px-4 pt-4 pb-8"
      >
        <StepInspector key={node.key} node={node} />
      </div>
    </PanelColumn>
  );
}

/** Stays mounted when another step is shown, so that its buttons keep the focus. */
export function StepInspectorHeader({ node }: { readonly node: StepNode }) {
  const editor = useEditor();
  const name = getStepName(node);
  const type = getStepType(node);
  const inside = describeBranchStepCounts(node);
  const variable = getOutputVariable(node);
  const enabled = isStepEnabled(node);
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2.5">
      <span className="max-sm:hidden">
        <FlowNode type={type} enabled={enabled} size="lg" />
      </span>
      <div className="min-w-0 flex-1">
        <h2
          dir="auto"
          className="two-lines leading-4 font-semibold"
          data-inspector-heading={node.key}
          tabIndex={-1}
          {...getTooltipProps(name, { whenTruncated: true })}
        >
          {name}
        </h2>
        <p className="flex min-w-0 items-center gap-1.5 text-xs text-muted">
          <span className="max-w-full shrink-0 truncate">
            {inside ? `${describeStepType(type)} · ${inside}` : describeStepType(type)}
          </span>
          {variable !== undefined && <CodeChip text={variable} className="max-w-full max-roomy:hidden" />}
        </p>
      </div>
      <Switch
        label={`Enable ${name}`}
        checked={enabled}
        disabledReason={useViewOnlyReason()}
        onCheckedChange={(checked) => setStepsEnabled(editor, [node.key], checked)}
      />
      <span className="flex shrink-0 items-center">
        <AdjacentStepButton step={node.key} by={-1} />
        <AdjacentStepButton step={node.key} by={1} />
      </span>
    </div>
  );
}

type AdjacentStepButtonProps = { readonly step: StepKey; readonly by: 1 | -1 };

function AdjacentStepButton({ step, by }: AdjacentStepButtonProps) {
  const editor = useEditor();
  const folded = useStepSelection((state) => state.folded);
  const isLast = useOpenFlowState(
    ({ history }) => findKeyOfStepAboveOrBelow(history.document, folded, step, by) === undefined,
  );
  const [previousKey, nextKey] = inspectAdjacentStepAction.keys;
  return (
    <IconButton
      label={by > 0 ? "Next step" : "Previous step"}
      icon={by > 0 ? ChevronDown : ChevronUp}
      shortcut={by > 0 ? nextKey : previousKey}
      size="sm"
      disabledReason={isLast ? explainWhyNoStepIsAboveOrBelow(by) : undefined}
      onClick={() => showStepAboveOrBelow(editor, by)}
    />
  );
}

const StepForm = createLazyComponent(async () => (await import("./step-form.tsx")).StepForm, {
  fallback: <SkeletonRows label="Loading the form" rows={6} />,
});

const LastTestRunResult = createLazyComponent(
  async () => (await import("#client/editor/test-run/last-result.tsx")).LastTestRunResult,
  { fallback: <SkeletonRows label="Loading the result" rows={3} /> },
);

const TABS = [
  { id: "settings", label: "Settings" },
  { id: "result", label: "Last result" },
] as const;

/**
 * Shows the form of one step or its result in the last test run. Callers pass the step's key as React `key`, so that another step does not inherit the
 * state.
 */
function StepInspector({ node }: { readonly node: StepNode }) {
  const { inspectorViews } = useEditor();
  const [keepScrollPosition] = useState(() =>
    createScrollPositionRestoringRef(inspectorViews.scrollPositions, node.key),
  );
  const problem = useOpenFlowState((state) => findStepServerRejection(state, node.key));
  const whyBlocked = useFlowProblems(({ problems }) =>
    problems
      .flatMap(({ steps, messageAtStep }) => (steps?.includes(node.key) ? messageAtStep : []))
      .join(" "),
  );
  const hasResult = useTestRunState(({ run }) => run?.steps.has(node.key) === true);
  const isResultShown = useStore(inspectorViews, (state) => state.isResultShown) && hasResult;
  return (
    <div ref={keepScrollPosition} className="flex flex-col gap-4">
      {problem !== undefined && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm break-words text-danger">
          The server rejected this step: {problem.message} {problem.suggestion}
        </p>
      )}
      {whyBlocked !== "" && (
        <p className="flex gap-2 rounded-md bg-warning-soft px-3 py-2 text-sm">
          <ProblemSeverityIcon severity="environment" className="mt-0.5" />
          <span className="min-w-0 break-words">{whyBlocked}</span>
        </p>
      )}
      {hasResult && (
        <Tabs
          label="Inspector"
          tabs={TABS}
          selected={isResultShown ? "result" : "settings"}
          onSelect={(id) => {
            lastResultPreference.set(id === "result");
            inspectorViews.setState({ isResultShown: id === "result" });
          }}
        />
      )}
      {isResultShown ? <LastTestRunResult step={node.key} /> : <StepForm node={node} />}
    </div>
  );
}

/** Preloads the form's code, so that the user can type the name of a new step at once. */
export const preloadStepFormCode: () => Promise<void> = StepForm.load;

/**
 * User input that ends the restoring of the scroll position, which would otherwise scroll against the user.
 */
const ENDING_EVENTS = ["wheel", "touchmove", "pointerdown", "keydown", "focusin"] as const;

/**
 * Returns a ref callback for the content of a scroller. Restores the scroll position of the key on mount, and stores it
 * on unmount.
 */
function createScrollPositionRestoringRef<Key>(positions: Map<Key, number>, key: Key) {
  return (content: HTMLElement | null) => {
    const scroller = content && findScroller(content);
    if (!scroller) return;
    const storedPosition = positions.get(key) ?? 0;
    const restoring = new AbortController();
    const { signal } = restoring;
    const restore = () => {
      scroller.scrollTop = storedPosition;
      if (Math.abs(scroller.scrollTop - storedPosition) <= 1) restoring.abort();
    };
    restore();
    if (!signal.aborted) {
      // Tries again when the content grows: lazily loaded fields and code editors get their height after mount.
      const observer = new ResizeObserver(restore);
      observer.observe(content);
      signal.addEventListener("abort", () => observer.disconnect());
      for (const type of ENDING_EVENTS)
        scroller.addEventListener(type, () => restoring.abort(), { signal, passive: true });
    }
    return () => {
      positions.set(key, signal.aborted ? scroller.scrollTop : storedPosition);
      restoring.abort();
    };
  };
}

function findScroller(content: HTMLElement): HTMLElement | undefined {
  for (let element = content.parentElement; element; element = element.parentElement) {
    if (getComputedStyle(element).overflowY === "auto") return element;
  }
  return undefined;
}
