import { useRef, useState } from "react";
import type { Dependent } from "#core/dataflow/list-dependents.ts";
import type { Mending, MendingChoice } from "#core/dataflow/plan-mending.ts";
import type { StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { Select } from "#client/ui/select.tsx";
import { type DependentsEdit, findDependents, flowToMend } from "./dependents-edit.ts";
import { dependentId, formatMending, listMendings, parseMending, shareMendings } from "./mending-choices.ts";

type DependentsDialogProps = { readonly edit: DependentsEdit; readonly onClose: () => void };

/** Readers that are chosen for one by one; the choice for all of them holds for the rest. */
const MOST_SHOWN = 50;
const KEEP: Mending = { type: "keep" };
const MIXED = "mixed";

/** Who misses something by an edit, and what is to become of each reference. All of it is one edit. */
export function DependentsDialog({ edit, onClose }: DependentsDialogProps) {
  const { openFlow, analysis, actions } = useEditor();
  const [dependents] = useState(() => findDependents(analysis, edit));
  const [chosen, setChosen] = useState<ReadonlyMap<string, Mending>>(new Map());
  const [refused, setRefused] = useState<ReadonlyMap<string, string>>(new Map());
  const confirm = useRef<HTMLButtonElement>(null);
  const { document } = openFlow.getState().history;
  const nameOf = (key: StepKey) => {
    const node = findStep(document, key);
    return node ? stepName(node) : "a step";
  };
  /** “Prompt and When”. */
  const placesOf = ({ step, references }: Dependent) => {
    const node = findStep(document, step);
    const dataflow = analysis.now()?.dataflow;
    if (!node || !dataflow) return "its config";
    const places = [...new Set(references.map(({ at }) => dataflow.describeFieldPath(node, at)))];
    const last = places.length > 1 ? places.pop() : undefined;
    return last === undefined ? places.join("") : `${places.join(", ")} and ${last}`;
  };
  const mendingOf = (dependent: Dependent) => chosen.get(dependentId(dependent)) ?? KEEP;
  const planFor = (choices: readonly MendingChoice[]) =>
    analysis.now()?.dataflow.planMending(flowToMend(openFlow.getState().history.document, edit), choices) ?? {
      edits: [],
      refused: [],
    };

  /** What a reader's code does not allow is kept, and said beside it. */
  const choose = (those: readonly Dependent[], mending: Mending) => {
    const [next, reasons] = [new Map(chosen), new Map(refused)];
    for (const dependent of those) {
      next.set(dependentId(dependent), mending);
      reasons.delete(dependentId(dependent));
    }
    for (const choice of planFor(those.map(({ step, name }) => ({ step, name, mending }))).refused) {
      next.set(dependentId(choice), KEEP);
      reasons.set(dependentId(choice), explainRefusal(mending));
    }
    setChosen(next);
    setRefused(reasons);
  };

  const apply = () => {
    const { edits } = planFor(
      dependents.map((dependent) => {
        const { step, name } = dependent;
        return { step, name, mending: mendingOf(dependent) };
      }),
    );
    onClose();
    if (edit.type === "remove") actions.removeAndMend(edit.keys, edit.verb, edits);
    else actions.mend(edit.keys, edits);
  };

  const values = new Set(dependents.map((dependent) => formatMending(mendingOf(dependent))));
  const [common = "keep"] = values;
  const them = actions.nameOf(edit.keys);
  const { title, button } = wordsOf(edit, them);
  const references = formatCount(dependents.length, "reference");
  return (
    <Dialog
      title={title}
      description={describe(edit, dependents, them)}
      onClose={onClose}
      initialFocus={confirm}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            ref={confirm}
            variant={edit.type === "remove" ? "danger" : "primary"}
            disabledReason={
              edit.type === "mend" && common === "keep" && values.size === 1
                ? "Choose what becomes of a reference first."
                : undefined
            }
            onClick={apply}
          >
            {button}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {dependents.length > 1 && (
          <div className="border-b border-line pb-4">
            <Select
              label={`All ${references}`}
              value={values.size > 1 ? MIXED : common}
              options={[
                ...(values.size > 1 ? [{ value: MIXED, label: "Each as chosen below" }] : []),
                ...listMendings(shareMendings(dependents), ({ setBy }) => nameOf(setBy)),
              ]}
              onChange={(event) => {
                const { value } = event.target;
                if (value !== MIXED) choose(dependents, parseMending(value));
              }}
            />
          </div>
        )}
        {dependents.slice(0, MOST_SHOWN).map((dependent) => (
          <Select
            key={dependentId(dependent)}
            label={`${nameOf(dependent.step)} reads “${dependent.name}” in ${placesOf(dependent)}`}
            value={formatMending(mendingOf(dependent))}
            options={listMendings(dependent, ({ setBy }) => nameOf(setBy))}
            hint={dependent.isRemovable ? undefined : "It is part of code, so it cannot be taken out."}
            warning={refused.get(dependentId(dependent))}
            onChange={(event) => choose([dependent], parseMending(event.target.value))}
          />
        ))}
        {dependents.length > MOST_SHOWN && (
          <p className="text-sm text-muted">
            {`and ${formatCount(dependents.length - MOST_SHOWN, "reference")} more, for which the choice for all of them holds.`}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function wordsOf(edit: DependentsEdit, them: string): { readonly title: string; readonly button: string } {
  if (edit.type === "mend") return { title: `Mend what misses ${them}`, button: "Mend" };
  const verb = edit.verb === "cut" ? "Cut" : "Delete";
  return { title: `${verb} ${them}?`, button: verb };
}

function describe(edit: DependentsEdit, dependents: readonly Dependent[], them: string): string {
  const readers = new Set(dependents.map(({ step }) => step)).size;
  const who = readers === 1 ? "1 step reads" : `${formatCount(readers, "step")} read`;
  const isOne = edit.keys.length === 1;
  const what = `${who} what ${isOne ? "it sets" : "they set"}, and will find nothing there.`;
  switch (edit.type) {
    case "mend":
      return `${them} ${isOne ? "is" : "are"} off. ${what.replace("will find", "find")}`;
    case "remove":
      return edit.verb === "cut" ? `${what} ${isOne ? "It is" : "They are"} on the clipboard already.` : what;
  }
}

function explainRefusal(mending: Mending): string {
  return mending.type === "rebind"
    ? `“${mending.to}” is the name of something else in this code, so it stays as it is.`
    : "It is part of code, so it stays as it is.";
}
