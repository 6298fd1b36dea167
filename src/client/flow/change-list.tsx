import { useMemo, type ReactNode, useRef, useState } from "react";
import { ArrowUpDown, ChevronRight, FileText, Pencil, Plus, Tag, ToggleLeft, Trash2 } from "lucide-react";
import type { DocumentChangeDescription } from "#core/difference/document-change-description.ts";
import { describeDocumentChanges } from "#core/difference/describe-changes.ts";
import { findDocumentChanges } from "#core/difference/find-changes.ts";
import type { FlowDocument, StepKey, StepNode as Step } from "#core/document/flow-document.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";
import { isStepEnabled, getStepType } from "#core/document/step.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { type IconComponent, Button } from "#client/ui/controls/button.tsx";
import { formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { StepNode } from "./step-node.tsx";
import { TextDifference } from "./text-difference.tsx";

type FlowDifferenceListProps = {
  readonly label: string;
  readonly before: FlowDocument;
  readonly after: FlowDocument;
};

/** Lists the differences between two versions of a flow as sentences. Import lazily. */
export function FlowDifferenceList({ label, before, after }: FlowDifferenceListProps) {
  const lines = useMemo(() => describeFlowDifference(before, after), [before, after]);
  return <ChangeList label={label} lines={lines} />;
}

export function describeFlowDifference(
  before: FlowDocument,
  after: FlowDocument,
): readonly DocumentChangeDescription[] {
  return describeDocumentChanges(before, after, findDocumentChanges(before, after), describeFieldPath);
}

type ChangeListProps = {
  readonly label: string;
  readonly lines: readonly DocumentChangeDescription[];
  /** Finds the step whose icon precedes its first line; without it, the list has no icons. */
  readonly findStep?: ((key: StepKey) => Step | undefined) | undefined;
};

/** Lines per page: rendering thousands of lines at once would block the page. */
const PAGE = 100;

/** Lists changes as sentences; a changed text can be expanded below its sentence. Import lazily. */
export function ChangeList({ label, lines, findStep }: ChangeListProps) {
  const [shown, setShown] = useState(PAGE);
  const list = useRef<HTMLUListElement>(null);

  if (lines.length === 0) return <p className="py-1.5 text-sm text-muted">No changes.</p>;
  const rest = lines.length - shown;
  return (
    <div>
      <ul ref={list} aria-label={label} className="flex flex-col">
        {lines.slice(0, shown).map((line, index) => (
          <ChangeItem
            key={index}
            line={line}
            stepMark={
              findStep && <StepMark line={line} previousLine={lines[index - 1]} findStep={findStep} />
            }
          />
        ))}
      </ul>
      {rest > 0 && (
        <Button
          size="sm"
          className="mt-2"
          onClick={() => {
            setShown(shown + PAGE);
            // Moves the focus to the first new line, because the button is unmounted once all lines are shown.
            requestFocusWhenRendered(() => list.current?.children[shown] as HTMLElement | undefined);
          }}
        >
          {rest > PAGE ? `Show ${PAGE} of ${formatNumber(rest)} more` : `Show ${formatNumber(rest)} more`}
        </Button>
      )}
    </div>
  );
}

type StepMarkProps = {
  readonly line: DocumentChangeDescription;
  readonly previousLine: DocumentChangeDescription | undefined;
  readonly findStep: (key: StepKey) => Step | undefined;
};

function StepMark({ line: { key }, previousLine, findStep }: StepMarkProps) {
  const step = key === undefined || key === previousLine?.key ? undefined : findStep(key);
  return (
    <span className="flex w-6 shrink-0">
      {step && <StepNode type={getStepType(step)} enabled={isStepEnabled(step)} size="sm" />}
    </span>
  );
}

type ChangeItemProps = { readonly line: DocumentChangeDescription; readonly stepMark: ReactNode };

function ChangeItem({ line: { type, sentence, texts }, stepMark }: ChangeItemProps) {
  const [isOpen, setOpen] = useState(false);
  const { icon: Drawing, color } = looks[type];
  return (
    <li tabIndex={-1} className="flex gap-2.5 py-1.5 text-sm outline-none">
      {stepMark}
      <Drawing className={joinClasses("mt-0.5 size-4 shrink-0", color)} />
      <div className="min-w-0 flex-1">
        <p dir="auto" className="break-words">
          {sentence}
        </p>
        {texts && (
          <details className="group mt-0.5" onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary className="flex w-fit list-none items-center gap-0.5 rounded-sm text-muted hover:text-ink pointer-coarse:min-h-10 [&::-webkit-details-marker]:hidden">
              <ChevronRight className="-ml-1 size-4 transition-transform group-open:rotate-90" />
              {texts.before === undefined || texts.after === undefined ? "Show text" : "Show difference"}
            </summary>
            {isOpen && <TextDifference {...texts} className="max-w-3xl" />}
          </details>
        )}
      </div>
    </li>
  );
}

const looks: Readonly<
  Record<DocumentChangeDescription["type"], { readonly icon: IconComponent; readonly color: string }>
> = {
  flow: { icon: FileText, color: "text-muted" },
  added: { icon: Plus, color: "text-success" },
  removed: { icon: Trash2, color: "text-danger" },
  moved: { icon: ArrowUpDown, color: "text-accent" },
  renamed: { icon: Tag, color: "text-muted" },
  switched: { icon: ToggleLeft, color: "text-muted" },
  edited: { icon: Pencil, color: "text-muted" },
};
