import { EditorView } from "@codemirror/view";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { announce } from "#client/ui/announce.ts";
import { Button } from "#client/ui/button.tsx";
import { CodeEditor } from "#client/ui/code-editor.tsx";
import { FlowTextStatus } from "./flow-text-status.tsx";
import { createFlowText } from "./flow-text.ts";
import { ProblemList } from "./problem-list.tsx";
import type { FlowReading, FlowTextProblem } from "./read-flow-text.ts";

/** The whole flow as JSON. It carries the code editor: import it only where it is lazy. */
export function JsonTab() {
  const openFlow = useOpenFlow();
  const [flowText] = useState(() => createFlowText(openFlow));
  const { text, isTouched, reading, edition } = useStore(flowText.store);
  const isInexact = useOpenFlowState((state) => state.isInexact);
  const isStale = useOpenFlowState(
    ({ unappliedText, history }) => unappliedText !== undefined && unappliedText.since !== history.document,
  );
  /** The text that did not go together with the flow. */
  const [clashing, setClashing] = useState<string>();
  const area = useRef<HTMLDivElement>(null);
  const id = useId();
  // The text has a timer of its own, and the document is what it is kept in step with.
  useEffect(() => flowText.connect(), [flowText]);
  const faults = useMemo(() => reading?.problems.filter(({ severity }) => severity === "error"), [reading]);

  const findView = () => {
    const element = area.current?.querySelector<HTMLElement>(".cm-editor");
    return element ? EditorView.findFromDOM(element) : null;
  };
  const goTo = ({ from }: Pick<FlowTextProblem, "from">) => {
    const view = findView();
    if (!view) return;
    const at = Math.min(from, view.state.doc.length);
    const intoView = EditorView.scrollIntoView(at, { y: "center" });
    view.dispatch({ selection: { anchor: at }, effects: intoView });
    // Lines that were never shown are of guessed heights; once they are, the place is known for sure.
    requestAnimationFrame(() => view.dispatch({ effects: intoView }));
    view.focus();
  };
  const apply = (how?: { readonly isReplacing: boolean }) => {
    const refusal = flowText.apply(how);
    if (refusal === "clash") {
      setClashing(flowText.store.getState().text);
      return announce(`Not applied. ${CLASH}`, "assertive");
    }
    const first = refusal?.problems[0];
    if (first) {
      announce(`Not applied. ${describe(refusal)} ${first.message}`, "assertive");
      goTo(first);
    } else if (isTouched) {
      announce("Applied to the flow. Undo takes it back.");
      findView()?.focus();
    }
  };
  const discard = () => {
    flowText.discard();
    announce("Discarded. This is the flow as it is.");
    findView()?.focus();
  };
  const isUndo = (event: KeyboardEvent) =>
    (event.ctrlKey || event.metaKey) && ["z", "y"].includes(event.key.toLowerCase());
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    apply();
  };

  const nothing = isTouched ? undefined : "Nothing was changed here.";
  return (
    <section
      aria-label="Flow as JSON"
      data-json-tab=""
      className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface"
      onKeyDownCapture={onKeyDownCapture}
      // Where the text's own undo ends the flow's would go on, and change the flow under a text that was begun.
      onKeyDown={(event) => isTouched && isUndo(event) && event.preventDefault()}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3 py-1.5 sm:px-4">
        <FlowTextStatus id={id} isReadOnly={isInexact} isTouched={isTouched} reading={reading} />
        <span className="ml-auto flex gap-2">
          <Button size="sm" disabledReason={nothing} onClick={discard}>
            Discard
          </Button>
          <Button
            size="sm"
            variant={isTouched ? "primary" : "secondary"}
            disabledReason={nothing}
            aria-keyshortcuts="Control+Enter Meta+Enter"
            onClick={() => apply()}
          >
            Apply
          </Button>
        </span>
      </div>
      {isStale && (
        <div
          role="alert"
          className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-warning-soft px-3 py-1.5 text-sm sm:px-4"
        >
          <p className="min-w-0 flex-1 basis-64 text-warning">
            The flow changed since you began.{" "}
            {clashing === text ? CLASH : "Apply keeps what changed in it, and replacing does not."}
          </p>
          <span className="flex gap-2">
            <Button size="sm" onClick={() => apply({ isReplacing: true })}>
              Replace the flow
            </Button>
            <Button size="sm" onClick={discard}>
              Show the flow instead
            </Button>
          </span>
        </div>
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
          readOnly={isInexact}
          describedBy={id}
          invalid={faults !== undefined && faults.length > 0}
          faults={faults}
        />
      </div>
      {reading && reading.problems.length > 0 && <ProblemList reading={reading} onGoTo={goTo} />}
    </section>
  );
}

const CLASH = "This text and the flow changed the same, each in another way: one of them has to give way.";

function describe({ problems, moreProblems }: FlowReading): string {
  const count = problems.filter(({ severity }) => severity === "error").length + moreProblems;
  return count === 1 ? "There is 1 problem:" : `There are ${count} problems. The first:`;
}
