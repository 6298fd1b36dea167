import { GitMerge, Undo2, X } from "lucide-react";
import { useEffect, useEffectEvent, useId, useMemo, useRef, useState } from "react";
import type { Problem } from "#core/dataflow/problem.ts";
import { quoteName } from "#core/quote-name.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { type Arrival, typeOfArrival } from "#client/document/arrival.ts";
import type { BrokenText } from "#client/document/typed-texts.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor, useFlowAnalysis } from "#client/features/flow-editor/editor-context.tsx";
import { useFocusBack } from "#client/features/flow-editor/use-focus-back.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { describeDifference } from "#client/flow/flow-difference.tsx";
import { announceToo } from "#client/ui/announce.ts";
import { Button } from "#client/ui/button.tsx";
import { DisclosureButton } from "#client/ui/disclosure-button.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { type Author, describeAuthor } from "./describe-author.ts";
import { tellMergeFaults } from "./tell-merge-faults.ts";

type ArrivalSummaryProps = {
  readonly arrival: Arrival;
  readonly onUndo: () => void;
  readonly onDismiss: () => void;
  readonly onGoTo: (problem: Problem) => void;
};

/** How many changes came in from elsewhere, which, and the way back. */
export function ArrivalSummary({ arrival, onUndo, onDismiss, onGoTo }: ArrivalSummaryProps) {
  const editor = useEditor();
  const flowId = useOpenFlowState(({ flow }) => flow.id);
  const [isOpen, setOpen] = useState(false);
  const bar = useRef<HTMLElement>(null);
  const detailId = useId();
  useFocusBack(bar);

  const { before, after } = arrival.rebase;
  const lines = useMemo(
    () => describeDifference(before.base.document, after.base.document),
    [before.base.document, after.base.document],
  );
  const author = describeAuthor(flowId, after.base.version);
  const texts = useOpenFlowState(({ brokenTexts }) => brokenTexts);
  const text = `${describeArrival(arrival, lines.length, author)}${describeLostTexts(arrival, texts)}`;
  const tell = useEffectEvent((came: Arrival) => {
    if (lines.length > 0) announceToo(sayArrival(came, text, author));
  });
  useEffect(() => tell(arrival), [arrival]);

  const goTo = useEffectEvent(onGoTo);
  const isAnalysed = useFlowAnalysis(({ analysis }) => analysis?.document === arrival.after);
  // What a merge broke is worked out once it is on the page.
  useEffect(() => {
    if (isAnalysed && typeOfArrival(arrival) === "merged")
      tellMergeFaults(editor, arrival, (problem) => goTo(problem));
  }, [isAnalysed, editor, arrival]);

  if (lines.length === 0) return null;
  return (
    <section
      ref={bar}
      aria-label="What came from elsewhere"
      className="flex shrink-0 flex-col border-b border-line bg-accent-soft text-sm"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 py-1.5 pr-2 pl-4">
        <GitMerge aria-hidden="true" className="size-4 shrink-0 text-accent" />
        <p className="min-w-48 flex-1 break-words">{text}</p>
        <div className="flex flex-wrap items-center gap-2">
          <DisclosureButton
            label="Show changes"
            isOpen={isOpen}
            controls={detailId}
            onToggle={() => setOpen(!isOpen)}
          />
          <Button size="sm" icon={Undo2} onClick={onUndo}>
            Undo
          </Button>
          <IconButton label="Dismiss" icon={X} size="sm" onClick={onDismiss} />
        </div>
      </div>
      {isOpen && (
        <div
          id={detailId}
          className="max-h-[40dvh] overflow-y-auto border-t border-line bg-surface px-4 py-2"
        >
          <ChangeList label="Changes from elsewhere" lines={lines} />
        </div>
      )}
    </section>
  );
}

function describeArrival(arrival: Arrival, count: number, { from }: Author): string {
  const changes = `${formatCount(count, "change")} ${from}`;
  switch (typeOfArrival(arrival)) {
    case "merged":
      return `Merged ${changes} with yours.`;
    case "updated":
      return `Updated: ${changes}.`;
    case "replaced":
      return `Took over ${changes} in place of your edits. Undo brings them back.`;
  }
}

/** A text that did not fit its field yet is in no document, and goes out of sight with its step. */
function describeLostTexts({ before, after }: Arrival, texts: readonly BrokenText[]): string {
  const names = texts.flatMap(({ key }) => {
    const was = findStep(before, key);
    return was && !findStep(after, key) ? [quoteName(stepName(was))] : [];
  });
  if (names.length === 0) return "";
  return ` What you had begun to type in ${[...new Set(names)].join(", ")} went with the step. Undo has it back.`;
}

/** What was not asked for is explained to those who do not see it happen. */
function sayArrival(arrival: Arrival, text: string, { where }: Author): string {
  if (typeOfArrival(arrival) !== "updated") return text;
  return `This flow was changed ${where}. You now see the new version. ${text}`;
}
