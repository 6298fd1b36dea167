import { useMemo, useRef, useState } from "react";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { useEditor, useFlowAnalysis } from "#client/features/flow-editor/editor-context.tsx";
import { quoteName } from "#core/quote-name.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { TextField } from "#client/ui/text-field.tsx";
import { HitList } from "./hit-list.tsx";
import { type RenameSubject, planSubject } from "./rename-subject.ts";

type RenameDialogProps = { readonly subject: RenameSubject; readonly onClose: () => void };

/** Asks for another name and shows every place where it will stand. It is typed into as soon as it is asked for. */
export function RenameDialog({ subject, onClose }: RenameDialogProps) {
  const { openFlow, analysis, actions } = useEditor();
  const [typed, setTyped] = useState(subject.type === "renamedStep" ? subject.to : subject.name);
  const [failure, setFailure] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const to = typed.trim();
  const isRenamed = to !== subject.name && to !== "";
  // The code that reads the flow may come while the dialog is open.
  const current = useFlowAnalysis((state) => state.analysis);
  const known = useMemo(() => (current ? analysis.now() : undefined), [current, analysis]);
  const { document } = openFlow.getState().history;
  const found = useMemo(
    () => known?.dataflow.listHits(document, subject.name, { sets: subject.type === "variable" }),
    [known, document, subject],
  );
  const plan = useMemo(
    () => (known && isRenamed ? planSubject(known, document, subject, to) : undefined),
    [known, document, subject, to, isRenamed],
  );
  const warnings =
    known && plan?.type === "edits" && subject.type === "variable"
      ? known.dataflow.warnOfRename(known.analysis, subject.name, to)
      : [];
  const refusal = failure ?? (plan?.type === "refused" ? plan.reason : undefined);
  const count = found?.hits.length ?? 0;
  const steps = new Set(found?.hits.map(({ key }) => key)).size;

  const rename = () => {
    if (blocked !== undefined) return;
    const reason = actions.rename(subject, to);
    if (reason === undefined) onClose();
    else setFailure(reason);
  };

  const blocked = !known
    ? "The flow is still being read."
    : to === ""
      ? "Type the new name first."
      : !isRenamed
        ? "Type another name first."
        : (refusal ?? (count === 0 && subject.type !== "step" ? "There is no place to change." : undefined));
  const unread = found?.unread.flatMap((key) => findStep(document, key) ?? []).map(stepName) ?? [];
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
          {known ? `${formatCount(count, "place")} in ${formatCount(steps, "step")}` : "Reading the flow…"}
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
            {`Left as it is, since it does not parse: code of ${nameAll(unread)}. Look there for ${quoteName(subject.name)} yourself.`}
          </p>
        )}
      </div>
    </Dialog>
  );
}

const titles = {
  variable: "Rename variable",
  step: "Rename step",
  renamedStep: "Rename references to the step",
} as const;

function describe(subject: RenameSubject): string {
  const name = quoteName(subject.name);
  switch (subject.type) {
    case "variable":
      return `${name} gets its new name wherever it stands, as one edit.`;
    case "step":
      return `Other steps read the result of ${name} by its name. The step and they get the new one, as one edit.`;
    case "renamedStep":
      return `The step is called ${quoteName(subject.to)} now; these places still say ${name}.`;
  }
}

const MOST_NAMED = 3;

function nameAll(names: readonly string[]): string {
  const told = names.slice(0, MOST_NAMED).map(quoteName).join(", ");
  return names.length > MOST_NAMED ? `${told} and ${names.length - MOST_NAMED} more steps` : told;
}
