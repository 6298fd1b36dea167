import { quoteName } from "#core/text/quote-name.ts";
import type { EditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { NameRenameEditsOrRefusal } from "#core/references/rename-variable.ts";
import type { FlowAnalysisService } from "#client/document/analysis/flow-analysis.ts";

type Known = NonNullable<ReturnType<FlowAnalysisService["now"]>>;

export type NameToRename =
  | { readonly type: "variable"; readonly name: string }
  /** Steps whose result other steps read by the steps' name. */
  | { readonly type: "step"; readonly name: string; readonly keys: readonly StepKey[] }
  /** The step's name has already changed to `to`, while other steps still read its result by `name`. */
  | { readonly type: "renamedStep"; readonly name: string; readonly key: StepKey; readonly to: string };

/** Decides whether a name in a step's text refers to a variable or to steps. */
export function resolveNameToRename({ analysis }: Known, name: string): NameToRename {
  const { producers, stepNames } = analysis.survey;
  return stepNames.has(name)
    ? { type: "step", name, keys: producers.get(name) ?? [] }
    : { type: "variable", name };
}

export function planNameRename(
  { dataflow }: Pick<Known, "dataflow">,
  document: FlowDocument,
  subject: NameToRename,
  to: string,
): NameRenameEditsOrRefusal {
  return subject.type === "variable"
    ? dataflow.planRename(document, subject.name, to)
    : dataflow.planStepNameRename(document, subject.name, to);
}

export function buildRenameCommand(
  subject: NameToRename,
  to: string,
  { edits }: NameRenameEditsOrRefusal & { readonly type: "edits" },
): EditCommand {
  const places: EditCommand = { type: "renameVariable", from: subject.name, to, edits };
  if (subject.type !== "step") return places;
  const names = subject.keys.map((key): EditCommand => ({ type: "renameStep", key, name: to }));
  return { type: "sequence", commands: [...names, places], label: `rename ${quoteName(subject.name)}` };
}
