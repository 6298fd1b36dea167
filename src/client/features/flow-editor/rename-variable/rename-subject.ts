import type { Command } from "#core/command.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { RenamePlan } from "#core/references/rename-variable.ts";
import type { FlowAnalysis } from "#client/document/flow-analysis.ts";

type Known = NonNullable<ReturnType<FlowAnalysis["now"]>>;

/** Whose name changes wherever it stands. */
export type RenameSubject =
  | { readonly type: "variable"; readonly name: string }
  /** Steps whose result is read by what they are called. */
  | { readonly type: "step"; readonly name: string; readonly keys: readonly StepKey[] }
  /** A step that is called something else already, while others still read it by its old name. */
  | { readonly type: "renamedStep"; readonly name: string; readonly key: StepKey; readonly to: string };

/** What a name in a step's text is the name of. */
export function findSubject({ analysis }: Known, name: string): RenameSubject {
  const { producers, stepNames } = analysis.survey;
  return stepNames.has(name)
    ? { type: "step", name, keys: producers.get(name) ?? [] }
    : { type: "variable", name };
}

/** The edits of all places where the name stands, or why there can be none. */
export function planSubject(
  { dataflow }: Pick<Known, "dataflow">,
  document: FlowDocument,
  subject: RenameSubject,
  to: string,
): RenamePlan {
  return subject.type === "variable"
    ? dataflow.planRename(document, subject.name, to)
    : dataflow.planStepNameRename(document, subject.name, to);
}

/** One edit: the places, and with them the steps that are called so. */
export function renameCommand(
  subject: RenameSubject,
  to: string,
  { edits }: RenamePlan & { readonly type: "edits" },
): Command {
  const places: Command = { type: "renameVariable", from: subject.name, to, edits };
  if (subject.type !== "step") return places;
  const names = subject.keys.map((key): Command => ({ type: "renameStep", key, name: to }));
  return { type: "sequence", commands: [...names, places], label: `rename ${subject.name}` };
}
