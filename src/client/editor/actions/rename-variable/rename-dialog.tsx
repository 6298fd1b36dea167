import { useMemo, useRef, useState } from "react";
import { findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { quoteName } from "#core/text/quote-name.ts";
import type { RenameMatch } from "#core/references/list-rename-matches.ts";
import { renameVariableOrSteps } from "#client/editor/actions/rename.ts";
import { useEditor, useFlowAnalysis } from "#client/editor/session/editor-provider.tsx";
import { LeavePageConfirmation } from "#client/page/unsaved-form-text-guard.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { TextField } from "#client/ui/fields/text-field.tsx";
import type { DataflowAnalyzer } from "#client/document/analysis/dataflow.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useVirtualRows } from "#client/ui/rows/use-virtual-rows.ts";
import { type NameToRename, planNameRename } from "./name-to-rename.ts";

type RenameDialogProps = { readonly subject: NameToRename; readonly onClose: () => void };

export function RenameEverywhereDialog({ subject, onClose }: RenameDialogProps) {
  const editor = useEditor();
  const [typed, setTyped] = useState(subject.type === "renamedStep" ? subject.to : subject.name);
  const [failure, setFailure] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const to = typed.trim();
  const isRenamed = to !== subject.name && to !== "";
  const { known, found, plan, warnings, unread } = useRename(subject, isRenamed ? to : undefined);
  const refusal = failure ?? (plan?.type === "refused" ? plan.reason : undefined);
  const count = found?.hits.length ?? 0;
  const steps = new Set(found?.hits.map(({ key }) => key)).size;

  const findObstacle = (): string | undefined => {
    if (!known) return "Loading the flow…";
    if (to === "") return "Enter a new name.";
    if (!isRenamed) return "Enter a different name.";
    if (refusal !== undefined) return refusal;
    return count === 0 && subject.type !== "step" ? "No references to rename." : undefined;
  };
  const blocked = findObstacle();
  const rename = () => {
    if (blocked !== undefined) return;
    const reason = renameVariableOrSteps(editor, subject, to);
    if (reason === undefined) onClose();
    else setFailure(reason);
  };

  return (
    <Dialog
      title={titles[subject.type]}
      description={describe(subject)}
      size="lg"
      onClose={onClose}
      initialFocus={subject.type === "renamedStep" ? button : field}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button ref={button} variant="primary" disabledReason={blocked} onClick={rename}>
            Rename
          </Button>
        </>
      }
    >
      <LeavePageConfirmation isTyped={() => subject.type !== "renamedStep" && isRenamed} />
      <div className="flex flex-col gap-4">
        {subject.type === "renamedStep" ? (
          refusal !== undefined && (
            <p role="alert" className="text-sm text-danger">
              {refusal}
            </p>
          )
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              rename();
            }}
          >
            <TextField
              ref={field}
              label="New name"
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setFailure(undefined);
              }}
              onFocus={(event) => event.target.select()}
              spellCheck={false}
              dir="auto"
              error={isRenamed ? refusal : undefined}
              warning={warnings.length > 0 ? warnings.join(" ") : undefined}
              className={subject.type === "variable" ? "[&_input]:font-mono" : ""}
            />
          </form>
        )}
        <p role="status" className="text-sm text-muted">
          {known
            ? `${formatCount(count, "occurrence")} in ${formatCount(steps, "step")}`
            : "Loading the flow…"}
        </p>
        {known && found && count > 0 && (
          <HitList
            hits={found.hits}
            name={subject.name}
            to={plan?.type === "edits" ? to : subject.name}
            dataflow={known.dataflow}
          />
        )}
        {unread.length > 0 && (
          <p className="text-sm text-warning">
            {`Couldn’t parse the code of ${nameAll(unread)}. Rename ${quoteName(subject.name)} there manually.`}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function useRename(subject: NameToRename, to: string | undefined) {
  const { openFlow, analysis } = useEditor();
  const current = useFlowAnalysis((state) => state.analysis);
  const known = useMemo(() => (current ? analysis.now() : undefined), [current, analysis]);
  const { document } = openFlow.getState().history;
  const found = useMemo(
    () => known?.dataflow.listHits(document, subject.name, { sets: subject.type === "variable" }),
    [known, document, subject],
  );
  const plan = useMemo(
    () => (known && to !== undefined ? planNameRename(known, document, subject, to) : undefined),
    [known, document, subject, to],
  );
  const warnings =
    known && to !== undefined && plan?.type === "edits" && subject.type === "variable"
      ? known.dataflow.warnOfRename(known.analysis, subject.name, to)
      : [];
  const unread = found?.unread.flatMap((key) => findStep(document, key) ?? []).map(getStepName) ?? [];
  return { known, found, plan, warnings, unread };
}

const titles = {
  variable: "Rename variable",
  step: "Rename step",
  renamedStep: "Rename references",
} as const;

function describe(subject: NameToRename): string {
  const name = quoteName(subject.name);
  switch (subject.type) {
    case "variable":
      return `Renames all references to ${name} in this flow.`;
    case "step":
      return `Renames the step and all references to ${name}.`;
    case "renamedStep":
      return `The step is now named ${quoteName(subject.to)}. These references still use ${name}.`;
  }
}

const MOST_NAMED = 3;

function nameAll(names: readonly string[]): string {
  const named = names.slice(0, MOST_NAMED).map(quoteName).join(", ");
  return names.length > MOST_NAMED
    ? `${named} and ${formatCount(names.length - MOST_NAMED, "more step")}`
    : named;
}

type HitListProps = {
  readonly hits: readonly RenameMatch[];
  readonly name: string;
  /** The new name; while the typed name is invalid, the old name. */
  readonly to: string;
  readonly dataflow: DataflowAnalyzer;
};

/** The heights of a heading and of a row, in CSS pixels, for the virtualized list. */
const HEADING_PX = 30;
const HIT_PX = 42;

function HitList({ hits, name, to, dataflow }: HitListProps) {
  const { document } = useOpenFlow().getState().history;
  const scroller = useRef<HTMLDivElement>(null);
  const isFirst = (index: number) => hits[index]?.key !== hits[index - 1]?.key;
  const virtualizer = useVirtualRows({
    scroller,
    count: hits.length,
    rowHeight: HIT_PX,
    estimateSize: (index) => HIT_PX + (isFirst(index) ? HEADING_PX : 0),
    overscan: 4,
    useFlushSync: false,
  });
  return (
    <div
      ref={scroller}
      role="group"
      aria-label="Occurrences"
      // Focusable so that the arrow keys scroll the list: nothing inside takes the focus.
      tabIndex={0}
      className="max-h-[45dvh] overflow-y-auto rounded-md border border-line focus-inset [overflow-anchor:none]"
    >
      <div role="list" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start, size }) => {
          const hit = hits[index];
          const node = hit && findStep(document, hit.key);
          if (!hit || !node) return null;
          const { before, old, renamed, after } = dataflow.describeHit(hit, name, to);
          return (
            <div
              key={index}
              role="listitem"
              aria-posinset={index + 1}
              aria-setsize={hits.length}
              className={joinClasses(
                "absolute inset-x-0 top-0 flex flex-col justify-end px-3",
                isFirst(index) && index > 0 && "border-t border-line",
              )}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              <span
                dir="auto"
                className={isFirst(index) ? "h-7 shrink-0 truncate pt-1.5 text-sm font-medium" : "sr-only"}
              >
                {getStepName(node)}
              </span>
              <span className="flex h-[42px] shrink-0 flex-col justify-center">
                <span className="truncate text-xs text-muted">
                  {dataflow.describeFieldPath(node, hit.at)}
                  {hit.isSet && " · set here"}
                </span>
                <span dir="auto" className="truncate font-mono text-xs">
                  {before}
                  {renamed === undefined || renamed === old ? (
                    <mark className="rounded-sm bg-accent-soft text-ink">{old}</mark>
                  ) : (
                    <>
                      <del className="rounded-sm bg-danger-soft text-danger">{old}</del>
                      <span aria-hidden="true"> → </span>
                      <ins className="rounded-sm bg-success-soft text-success no-underline">{renamed}</ins>
                    </>
                  )}
                  {after}
                </span>
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
