import { ArrowUpDown, ChevronRight, FileText, Pencil, Plus, Tag, ToggleLeft, Trash2 } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ChangeLine } from "#core/difference/change-line.ts";
import type { StepKey, StepNode as Step } from "#core/flow-document.ts";
import { isEnabled, stepType } from "#core/step.ts";
import { Button } from "#client/ui/button.tsx";
import { formatNumber } from "#client/ui/format-count.ts";
import type { Icon } from "#client/ui/icon.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { StepNode } from "./step-node.tsx";
import { TextDifference } from "./text-difference.tsx";

type ChangeListProps = {
  /** What a screen reader calls the list. */
  readonly label: string;
  readonly lines: readonly ChangeLine[];
  /** Where given, the station of a step stands beside what is said of it, once for all of its lines. */
  readonly findStep?: ((key: StepKey) => Step | undefined) | undefined;
};

/** Lines that are drawn before more are asked for: nobody reads a thousand, and each costs the page something. */
const PAGE = 100;

/** Changes in words; a text that is too long for a sentence opens below it. Import it only where it is lazy. */
export function ChangeList({ label, lines, findStep }: ChangeListProps) {
  const [shown, setShown] = useState(PAGE);
  const list = useRef<HTMLUListElement>(null);
  const isGrown = useRef(false);
  // The button that was pressed may be gone: reading goes on where the new lines begin.
  useEffect(() => {
    if (isGrown.current) (list.current?.children[shown - PAGE] as HTMLElement | undefined)?.focus();
    isGrown.current = false;
  }, [shown]);

  if (lines.length === 0) return <p className="py-1.5 text-sm text-muted">No changes.</p>;
  const rest = lines.length - shown;
  return (
    <div>
      <ul ref={list} aria-label={label} className="flex flex-col">
        {lines.slice(0, shown).map((line, index) => (
          <ChangeItem
            key={index}
            line={line}
            station={findStep && <Station line={line} before={lines[index - 1]} findStep={findStep} />}
          />
        ))}
      </ul>
      {rest > 0 && (
        <Button
          size="sm"
          className="mt-2"
          onClick={() => {
            isGrown.current = true;
            setShown(shown + PAGE);
          }}
        >
          {rest > PAGE ? `Show ${PAGE} of ${formatNumber(rest)} more` : `Show ${formatNumber(rest)} more`}
        </Button>
      )}
    </div>
  );
}

type StationProps = {
  readonly line: ChangeLine;
  readonly before: ChangeLine | undefined;
  readonly findStep: (key: StepKey) => Step | undefined;
};

/** Of the first line that is about a step; those after it leave its place empty. */
function Station({ line: { key }, before, findStep }: StationProps) {
  const step = key === undefined || key === before?.key ? undefined : findStep(key);
  return (
    <span className="flex w-6 shrink-0">
      {step && <StepNode type={stepType(step)} enabled={isEnabled(step)} size="sm" />}
    </span>
  );
}

type ChangeItemProps = { readonly line: ChangeLine; readonly station: ReactNode };

function ChangeItem({ line: { type, sentence, texts }, station }: ChangeItemProps) {
  const [isOpen, setOpen] = useState(false);
  const { icon: Drawing, colour } = looks[type];
  return (
    <li tabIndex={-1} className="flex gap-2.5 py-1.5 text-sm outline-none">
      {station}
      <Drawing className={joinClasses("mt-0.5 size-4 shrink-0", colour)} />
      <div className="min-w-0 flex-1">
        <p dir="auto" className="break-words">
          {sentence}
        </p>
        {texts && (
          <details className="group mt-0.5" onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary className="flex w-fit list-none items-center gap-0.5 rounded-sm text-muted hover:text-ink pointer-coarse:min-h-10 [&::-webkit-details-marker]:hidden">
              <ChevronRight className="-ml-1 size-4 transition-transform group-open:rotate-90" />
              {texts.before === undefined || texts.after === undefined ? "The text" : "What changed in it"}
            </summary>
            {isOpen && <TextDifference {...texts} className="max-w-3xl" />}
          </details>
        )}
      </div>
    </li>
  );
}

const looks: Readonly<Record<ChangeLine["type"], { readonly icon: Icon; readonly colour: string }>> = {
  flow: { icon: FileText, colour: "text-muted" },
  added: { icon: Plus, colour: "text-success" },
  removed: { icon: Trash2, colour: "text-danger" },
  moved: { icon: ArrowUpDown, colour: "text-accent" },
  renamed: { icon: Tag, colour: "text-muted" },
  switched: { icon: ToggleLeft, colour: "text-muted" },
  edited: { icon: Pencil, colour: "text-muted" },
};
