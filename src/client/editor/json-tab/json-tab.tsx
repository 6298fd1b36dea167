import { EditorView } from "@codemirror/view";
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useStore } from "zustand";
import { useOpenFlow, useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { CodeEditor } from "#client/ui/code/code-editor.tsx";
import { applyPendingJson, createFlowJsonEditController } from "./flow-json-edit-controller.ts";
import type { FlowJsonParseResult, FlowJsonProblem } from "./parse-flow-json.ts";
import { Braces, Check, CircleAlert, CircleDot, LoaderCircle, Lock, TriangleAlert } from "lucide-react";
import { formatCount } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";

type JsonTabProps = {
  /** Returns false if JSON is still pending. Stays set after unmounting, for saves from other views. */
  readonly applierRef: RefObject<(() => boolean) | null>;
};

/** Edits the whole flow as JSON. Includes CodeMirror: import only dynamically. */
export function JsonTab({ applierRef }: JsonTabProps) {
  const openFlow = useOpenFlow();
  const [flowText] = useState(() => createFlowJsonEditController(openFlow));
  const { text, isTouched, reading, edition } = useStore(flowText.store);
  const isInexact = useOpenFlowState((state) => state.isInexact);
  const isStale = useOpenFlowState(
    ({ pendingJson, history }) => pendingJson !== undefined && pendingJson.since !== history.document,
  );
  const [conflicting, setConflicting] = useState<string>();
  const { area, focus, goTo } = useJsonTextArea();
  const id = useId();
  useEffect(() => flowText.connect(), [flowText]);
  const faults = useMemo(() => reading?.problems.filter(({ severity }) => severity === "error"), [reading]);

  const viewOnlyReason = useViewOnlyReason();
  const apply = ({ isReplacing = false, keepsFocus = false } = {}) => {
    if (viewOnlyReason !== undefined) return announceToScreenReaders(viewOnlyReason, "assertive");
    const refusal = flowText.apply({ isReplacing });
    if (refusal === "conflict") {
      setConflicting(flowText.store.getState().text);
      return announceToScreenReaders(`Not applied. ${CONFLICT}`, "assertive");
    }
    const first = refusal?.problems[0];
    if (first) {
      announceToScreenReaders(`Not applied. ${describe(refusal)} ${first.message}`, "assertive");
      goTo(first);
    } else if (isTouched) {
      announceToScreenReaders("Applied. Undo to restore.");
      if (!keepsFocus) focus();
    }
  };
  useLayoutEffect(() => {
    applierRef.current = () => {
      apply({ keepsFocus: true });
      return openFlow.getState().pendingJson === undefined;
    };
    return () => {
      applierRef.current = () => applyPendingJson(openFlow);
    };
  });
  const discard = () => {
    flowText.discard();
    announceToScreenReaders("JSON edits discarded.");
    focus();
  };
  const isUndo = (event: KeyboardEvent) =>
    (event.ctrlKey || event.metaKey) && ["z", "y"].includes(event.key.toLowerCase());
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    apply();
  };

  const noChangesReason = isTouched ? undefined : "No changes.";
  return (
    <section
      aria-label="Flow as JSON"
      data-json-tab=""
      className="flex min-h-0 min-w-0 flex-1 flex-col"
      onKeyDownCapture={onKeyDownCapture}
      // With nothing to undo in the editor, undo would change the flow under the pending JSON.
      onKeyDown={(event) => isTouched && isUndo(event) && event.preventDefault()}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-gutter py-1.5">
        <FlowTextStatus
          id={id}
          readOnlyReason={viewOnlyReason ?? (isInexact ? INEXACT : undefined)}
          isTouched={isTouched}
          reading={reading}
        />
        <span className="ml-auto flex gap-2">
          <Button size="sm" disabledReason={noChangesReason} onClick={discard}>
            Discard
          </Button>
          <Button
            size="sm"
            variant={isTouched ? "primary" : "secondary"}
            disabledReason={viewOnlyReason ?? noChangesReason}
            aria-keyshortcuts="Control+Enter Meta+Enter"
            onClick={() => apply()}
          >
            Apply
          </Button>
        </span>
      </div>
      {isStale && (
        <StaleJsonWarning
          hasConflict={conflicting === text}
          viewOnlyReason={viewOnlyReason}
          onReplace={() => apply({ isReplacing: true })}
          onReload={discard}
        />
      )}
      <div
        ref={area}
        className="min-h-0 flex-1 -outline-offset-2 has-[.cm-focused]:outline-2 has-[.cm-focused]:outline-focus font-mono text-xs/5 [&_.cm-editor]:h-full [&>div]:h-full"
      >
        <CodeEditor
          label="Flow (JSON)"
          language="json"
          numbered
          text={text}
          edition={edition}
          onChange={flowText.change}
          readOnly={isInexact || viewOnlyReason !== undefined}
          describedBy={id}
          invalid={faults !== undefined && faults.length > 0}
          faults={faults}
        />
      </div>
      {reading && reading.problems.length > 0 && <ProblemList reading={reading} onGoTo={goTo} />}
    </section>
  );
}

/** Returns the ref of the element around the code editor, and functions that move the editor's cursor and focus. */
function useJsonTextArea() {
  const area = useRef<HTMLDivElement>(null);
  const findView = () => {
    const element = area.current?.querySelector<HTMLElement>(".cm-editor");
    return element ? EditorView.findFromDOM(element) : null;
  };
  const goTo = ({ from }: Pick<FlowJsonProblem, "from">) => {
    const view = findView();
    if (!view) return;
    const at = Math.min(from, view.state.doc.length);
    const intoView = EditorView.scrollIntoView(at, { y: "center" });
    view.dispatch({ selection: { anchor: at }, effects: intoView });
    // CodeMirror estimates the heights of lines that were never rendered: the first scroll may be inexact.
    requestAnimationFrame(() => view.dispatch({ effects: intoView }));
    view.focus();
  };
  return { area, focus: () => findView()?.focus(), goTo };
}

type StaleJsonWarningProps = {
  readonly hasConflict: boolean;
  readonly viewOnlyReason: string | undefined;
  readonly onReplace: () => void;
  readonly onReload: () => void;
};

function StaleJsonWarning({ hasConflict, viewOnlyReason, onReplace, onReload }: StaleJsonWarningProps) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-warning-soft px-gutter py-1.5 text-sm"
    >
      <p className="min-w-0 flex-1 basis-64 text-warning">
        The flow changed while you were editing.{" "}
        {hasConflict ? CONFLICT : "Apply merges; Replace overwrites."}
      </p>
      <span className="flex gap-2">
        <Button size="sm" disabledReason={viewOnlyReason} onClick={onReplace}>
          Replace flow
        </Button>
        <Button size="sm" onClick={onReload}>
          Reload flow
        </Button>
      </span>
    </div>
  );
}

const CONFLICT = "Both changed the same fields. Replace or reload the flow.";

function describe({ problems, moreProblems }: FlowJsonParseResult): string {
  const count = problems.filter(({ severity }) => severity === "error").length + moreProblems;
  return count === 1 ? "1 problem:" : `${formatCount(count, "problem")}, first:`;
}

type FlowTextStatusProps = {
  readonly id: string;
  readonly readOnlyReason: string | undefined;
  readonly isTouched: boolean;
  readonly reading: FlowJsonParseResult | undefined;
};

function FlowTextStatus({ id, ...state }: FlowTextStatusProps) {
  const { icon: Icon, text, tone } = describeStatus(state);
  return (
    <p
      id={id}
      aria-live="polite"
      className={joinClasses(
        "flex min-w-0 flex-1 basis-60 items-center gap-1.5 text-sm",
        tone === "danger" ? "text-danger" : "text-muted",
      )}
    >
      <Icon aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="min-w-0">{text}</span>
    </p>
  );
}

const INEXACT = "A number in this flow is too precise to edit here. JSON is read-only.";

function describeStatus({ readOnlyReason, isTouched, reading }: Omit<FlowTextStatusProps, "id">) {
  if (readOnlyReason !== undefined) return { icon: Lock, text: readOnlyReason, tone: "calm" } as const;
  if (!isTouched) return { icon: Braces, text: "Edit the flow as JSON, then apply.", tone: "calm" } as const;
  if (!reading) return { icon: LoaderCircle, text: "Checking…", tone: "calm" } as const;
  const errors = reading.problems.filter(({ severity }) => severity === "error").length;
  if (errors > 0) {
    const count = formatCount(errors + reading.moreProblems, "problem");
    return { icon: CircleAlert, text: `Fix ${count} to apply.`, tone: "danger" } as const;
  }
  if (reading.problems.length > 0) {
    const count = formatCount(reading.problems.length + reading.moreProblems, "warning");
    return {
      icon: CircleDot,
      text: `Valid, with ${count}. Apply to continue.`,
      tone: "calm",
    } as const;
  }
  return { icon: Check, text: "Valid. Apply to continue.", tone: "calm" } as const;
}

type ProblemListProps = {
  readonly reading: FlowJsonParseResult;
  readonly onGoTo: (problem: FlowJsonProblem) => void;
};

function ProblemList({ reading, onGoTo }: ProblemListProps) {
  return (
    <ul
      aria-label="Problems"
      className="max-h-[30%] min-h-9 shrink-0 overflow-y-auto border-t border-line bg-canvas px-1 py-1 sm:px-2"
    >
      {reading.problems.map((problem, index) => {
        const isError = problem.severity === "error";
        const Icon = isError ? CircleAlert : TriangleAlert;
        return (
          <li key={index}>
            <button
              type="button"
              onClick={() => onGoTo(problem)}
              className="flex w-full items-start gap-2 rounded-md px-2 py-1 text-left text-sm focus-inset hover:bg-hover pointer-coarse:py-2.5"
            >
              <Icon
                aria-hidden="true"
                className={
                  isError ? "mt-0.5 size-4 shrink-0 text-danger" : "mt-0.5 size-4 shrink-0 text-warning"
                }
              />
              <span className="min-w-0 flex-1 break-words">
                {!isError && <span className="text-muted">Warning: </span>}
                {problem.message}
              </span>
              <span className="shrink-0 text-xs text-muted tabular-nums">
                Line {problem.line}, column {problem.column}
              </span>
            </button>
          </li>
        );
      })}
      {reading.moreProblems > 0 && (
        <li className="px-2 py-1 text-sm text-muted">and {reading.moreProblems.toLocaleString()} more</li>
      )}
    </ul>
  );
}
