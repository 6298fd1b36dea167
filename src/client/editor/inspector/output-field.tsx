import { useState } from "react";
import { type JsonPath, isSameJsonPath } from "#core/json/json.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { loadTextReaders } from "#client/document/analysis/page-step-types.ts";
import { useOpenFlow, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { RENAME_VARIABLE_SHORTCUT } from "#client/ui/code/select-text-range.ts";
import { openRenameEverywhereDialog } from "#client/editor/actions/rename.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { focusInspectorField } from "./focus-field.ts";
import { type StepFieldState, type StepFieldControlProps, useStepForm } from "./use-step-field.tsx";
import { quoteName } from "#core/text/quote-name.ts";

type OutputFieldProps = {
  readonly id: string;
  readonly texts: StepFieldControlProps;
  readonly bound: StepFieldState;
  readonly path: JsonPath;
};

interface Offer {
  readonly from: string;
  readonly to: string;
  readonly readers: number;
}

async function loadPlan(documentNow: () => FlowDocument) {
  const { planOutputVariableRename } = await import("./plan-output-rename.ts");
  await loadTextReaders(() => [documentNow()]);
  return planOutputVariableRename;
}

export function OutputField({ id, texts, bound, path }: OutputFieldProps) {
  const openFlow = useOpenFlow();
  const editor = useEditor();
  const { step } = useStepForm();
  const [before, setBefore] = useState("");
  const [offer, setOffer] = useState<Offer>();

  const lookForReaders = async () => {
    const to = bound.text;
    if (before === "" || to === "" || before === to) return;
    const planRename = await loadPlan(editor.documentNow);
    const plan = planRename(openFlow.getState().history.document, step.key, before, to);
    setOffer(plan && { from: before, to, readers: plan.readers });
  };

  const rename = async ({ from, to }: Offer) => {
    setOffer(undefined);
    focusInspectorField(id);
    const planRename = await loadPlan(editor.documentNow);
    const { document, entries, position } = openFlow.getState().history;
    const plan = planRename(document, step.key, from, to);
    if (!plan) return;
    // If the last edit renamed the variable in this step only, undoes that edit: the next edit renames the variable
    // in this step and in all references together, so that one Undo reverts both.
    const last = entries[position - 1]?.command;
    const isOwn = last?.type === "setConfig" && last.key === step.key && last.value === to;
    if (isOwn && isSameJsonPath(["config", ...last.path], path)) openFlow.undo();
    const own = { key: step.key, at: path, text: to };
    openFlow.edit({ type: "renameVariable", from, to, edits: [own, ...plan.edits] });
    announceToScreenReaders(
      `Renamed ${quoteName(from)} to ${quoteName(to)} in ${formatCount(plan.readers + 1, "step")}.`,
    );
  };

  const isViewOnly = useViewOnlyReason() !== undefined;
  const isNamed = !isViewOnly && bound.text.trim() !== "" && !bound.text.includes("{{");
  const renameInFlow = () => openRenameEverywhereDialog(editor, bound.text);

  return (
    <div className="flex flex-col gap-1">
      <TextField
        {...texts}
        labelEnd={
          isNamed ? (
            <button
              type="button"
              onClick={renameInFlow}
              className="-my-0.5 min-h-6 rounded-sm text-xs font-medium text-accent hover:underline"
            >
              Rename everywhere…
            </button>
          ) : (
            texts.labelEnd
          )
        }
        value={bound.text}
        onChange={(event) => bound.change(event.target.value)}
        onFocus={() => setBefore(bound.text)}
        onBlur={() => {
          bound.leave();
          // Ignores a failed load of the parsers: the new name is already in the flow, and only the suggestion to
          // rename its references is missing.
          lookForReaders().catch(() => setOffer(undefined));
        }}
        onKeyDown={(event) => {
          if (event.key !== RENAME_VARIABLE_SHORTCUT || !isNamed) return;
          event.preventDefault();
          renameInFlow();
        }}
        aria-keyshortcuts={RENAME_VARIABLE_SHORTCUT}
        spellCheck={false}
        className="[&_input]:font-mono"
      />
      {offer?.to === bound.text && (
        <div className="flex items-center justify-between gap-2 rounded-md bg-warning-soft py-1 pr-1 pl-2.5 text-xs text-warning">
          <span className="min-w-0 break-words">
            {`${formatCount(offer.readers, "step")} still ${offer.readers === 1 ? "uses" : "use"} ${quoteName(offer.from)}.`}
          </span>
          <Button size="sm" onClick={() => void rename(offer)}>
            Rename references
          </Button>
        </div>
      )}
    </div>
  );
}
