import { Power } from "lucide-react";
import { useRef, useState } from "react";
import type { LostVariableReader } from "#core/dataflow/lost-variable-readers.ts";
import type { ReferenceFix, ReferenceFixChoice } from "#core/dataflow/plan-reference-fix.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getStepName } from "#core/document/step.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { WrappingButton } from "#client/ui/controls/wrapping-button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { fieldLabelClasses } from "#client/ui/fields/field.tsx";
import { Select, type SelectProps } from "#client/ui/controls/select.tsx";
import { removeStepsAndEditDependents } from "#client/editor/actions/delete.ts";
import { applyFixesAfterDisablingSteps, describeSwitchOnAgain } from "#client/editor/actions/toggle.ts";
import {
  type ReferenceBreakingEdit,
  findDependentReferences,
  buildDocumentBeforeQuickFixes,
  isReferenceFixable,
} from "./reference-breaking-edit.ts";

type DependentsDialogProps = { readonly edit: ReferenceBreakingEdit; readonly onClose: () => void };

/** References beyond this number share one select. */
const MOST_SHOWN = 50;
const KEEP: ReferenceFix = { type: "keep" };
const MIXED = "mixed";

export function DependentStepsDialog({ edit, onClose }: DependentsDialogProps) {
  const editor = useEditor();
  const { openFlow, analysis } = editor;
  const [dependents] = useState(() => findDependentReferences(analysis, edit));
  const [chosen, setChosen] = useState<ReadonlyMap<string, ReferenceFix>>(new Map());
  const [refused, setRefused] = useState<ReadonlyMap<string, string>>(new Map());
  const first = useRef<HTMLButtonElement>(null);
  const { document } = openFlow.getState().history;
  const nameOf = (key: StepKey) => {
    const node = findStep(document, key);
    return node ? quoteName(getStepName(node)) : "a step";
  };
  const placesOf = ({ step, references }: LostVariableReader) => {
    const node = findStep(document, step);
    const dataflow = analysis.now()?.dataflow;
    if (!node || !dataflow) return "its config";
    const places = [...new Set(references.map(({ at }) => dataflow.describeFieldPath(node, at)))];
    const last = places.length > 1 ? places.pop() : undefined;
    return last === undefined ? places.join("") : `${places.join(", ")} and ${last}`;
  };
  const fixOf = (dependent: LostVariableReader) => chosen.get(dependentId(dependent)) ?? KEEP;
  const planFor = (choices: readonly ReferenceFixChoice[]) =>
    analysis
      .now()
      ?.dataflow.planReferenceFix(
        buildDocumentBeforeQuickFixes(openFlow.getState().history.document, edit),
        choices,
      ) ?? {
      edits: [],
      refused: [],
    };

  const choose = (those: readonly LostVariableReader[], fix: ReferenceFix) => {
    const [next, reasons] = [new Map(chosen), new Map(refused)];
    for (const dependent of those) {
      next.set(dependentId(dependent), fix);
      reasons.delete(dependentId(dependent));
    }
    for (const choice of planFor(those.map(({ step, name }) => ({ step, name, fix }))).refused) {
      next.set(dependentId(choice), KEEP);
      reasons.set(dependentId(choice), explainRefusal(fix));
    }
    setChosen(next);
    setRefused(reasons);
  };

  const apply = () => {
    const { edits } = planFor(
      dependents.map((dependent) => {
        const { step, name } = dependent;
        return { step, name, fix: fixOf(dependent) };
      }),
    );
    onClose();
    if (edit.type === "remove") removeStepsAndEditDependents(editor, edit.keys, edit.verb, edits);
    else applyFixesAfterDisablingSteps(editor, edit.keys, edits);
  };

  const values = new Set(dependents.map((dependent) => formatReferenceFixValue(fixOf(dependent))));
  const [commonValue = "keep"] = values;
  const [only] = edit.keys;
  const them = edit.keys.length === 1 && only !== undefined ? nameOf(only) : editor.nameOf(edit.keys);
  const { title, button } = wordsOf(edit, them);
  const common = findFixesOfDependentSteps(dependents);
  const switchOn = edit.type === "fix" ? describeSwitchOnAgain(editor, edit.keys) : undefined;
  return (
    <Dialog
      title={title}
      description={describe(edit, dependents, them)}
      onClose={onClose}
      initialFocus={first}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            ref={switchOn ? undefined : first}
            variant={edit.type === "remove" ? "danger" : "primary"}
            disabledReason={
              edit.type === "fix" && commonValue === "keep" && values.size === 1
                ? "Choose a fix first."
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
        {switchOn && (
          <div className="flex">
            <WrappingButton
              ref={first}
              icon={Power}
              onClick={() => {
                onClose();
                switchOn.run();
              }}
            >
              {switchOn.label}
            </WrappingButton>
          </div>
        )}
        {dependents.length > 1 && isReferenceFixable(common) && (
          <div className="border-b border-line pb-4">
            <Select
              label={dependents.length === 2 ? "For both" : "For all"}
              value={values.size > 1 ? MIXED : commonValue}
              options={[
                ...(values.size > 1 ? [{ value: MIXED, label: "Mixed" }] : []),
                ...listReferenceFixOptions(common, ({ setBy }) => nameOf(setBy)),
              ]}
              onChange={(event) => {
                const { value } = event.target;
                if (value !== MIXED) choose(dependents, parseReferenceFixOptionValue(value));
              }}
            />
          </div>
        )}
        {dependents.slice(0, MOST_SHOWN).map((dependent) => (
          <DependentChoice
            key={dependentId(dependent)}
            dependent={dependent}
            label={`${nameOf(dependent.step)} reads ${quoteName(dependent.name)} in ${placesOf(dependent)}`}
            value={formatReferenceFixValue(fixOf(dependent))}
            options={listReferenceFixOptions(dependent, ({ setBy }) => nameOf(setBy))}
            warning={refused.get(dependentId(dependent))}
            onChange={(event) => choose([dependent], parseReferenceFixOptionValue(event.target.value))}
          />
        ))}
        {dependents.length > MOST_SHOWN && (
          <p className="text-sm text-muted">
            {formatCount(dependents.length - MOST_SHOWN, "more reference")} will{" "}
            {isReferenceFixable(common) ? "use the choice for all references." : "stay as they are."}
          </p>
        )}
      </div>
    </Dialog>
  );
}

type DependentChoiceProps = Omit<SelectProps, "hint"> & { readonly dependent: LostVariableReader };

/** The choice of a fix; plain text for a reference that can only be left as it is. */
function DependentChoice({ dependent, ...select }: DependentChoiceProps) {
  const hint = dependent.isRemovable ? undefined : "Edit the code to remove this reference.";
  if (isReferenceFixable(dependent)) return <Select {...select} hint={hint} />;
  return (
    <div className="flex flex-col gap-1">
      <p className={fieldLabelClasses}>{select.label}</p>
      <p className="text-xs text-muted">{hint}</p>
    </div>
  );
}

function wordsOf(
  edit: ReferenceBreakingEdit,
  them: string,
): { readonly title: string; readonly button: string } {
  if (edit.type === "fix") return { title: `Fix references to ${them}`, button: "Apply" };
  const verb = edit.verb === "cut" ? "Cut" : "Delete";
  return { title: `${verb} ${them}?`, button: verb };
}

function describe(
  edit: ReferenceBreakingEdit,
  dependents: readonly LostVariableReader[],
  them: string,
): string {
  const readers = new Set(dependents.map(({ step }) => step)).size;
  const subject = readers === 1 ? "1 step uses" : `${formatCount(readers, "step")} use`;
  const isOne = edit.keys.length === 1;
  const sentence = `${subject} ${isOne ? "its" : "their"} output.`;
  switch (edit.type) {
    case "fix":
      return `${them} ${isOne ? "is" : "are"} off. ${sentence}`;
    case "remove":
      return edit.verb === "cut" ? `${sentence} Already copied to the clipboard.` : sentence;
  }
}

function explainRefusal(fix: ReferenceFix): string {
  return fix.type === "rebind"
    ? `${quoteName(fix.to)} has another meaning in this code. Reference unchanged.`
    : "Edit the code to remove this reference.";
}

interface FixOption {
  readonly value: string;
  readonly label: string;
}

/** Maximum number of replacement variables offered per reference; a longer list would not help to choose. */
const MOST_VARIABLES = 100;

export function listReferenceFixOptions(
  { others, isRemovable }: Pick<LostVariableReader, "others" | "isRemovable">,
  nameSetter: (variable: LostVariableReader["others"][number]) => string,
): readonly FixOption[] {
  return [
    { value: "keep", label: "Leave as is" },
    ...(isRemovable ? [{ value: "remove", label: "Remove the reference" }] : []),
    ...others.slice(0, MOST_VARIABLES).map((variable) => ({
      value: formatReferenceFixValue({ type: "rebind", to: variable.name }),
      label: `Use ${quoteName(variable.name)}, set by ${nameSetter(variable)}`,
    })),
  ];
}

export function findFixesOfDependentSteps(
  dependents: readonly LostVariableReader[],
): Pick<LostVariableReader, "others" | "isRemovable"> {
  const [first, ...rest] = dependents;
  const known = rest.map(({ others }) => new Set(others.map(({ name }) => name)));
  return {
    isRemovable: dependents.some(({ isRemovable }) => isRemovable),
    others: (first?.others ?? []).filter(({ name }) => known.every((names) => names.has(name))),
  };
}

export function formatReferenceFixValue(fix: ReferenceFix): string {
  return fix.type === "rebind" ? `read ${fix.to}` : fix.type;
}

export function parseReferenceFixOptionValue(value: string): ReferenceFix {
  if (value.startsWith("read ")) return { type: "rebind", to: value.slice("read ".length) };
  return { type: value === "remove" ? "remove" : "keep" };
}

function dependentId({ step, name }: Pick<LostVariableReader, "step" | "name">): string {
  return `${step}\n${name}`;
}
