import { useState } from "react";
import { type JsonPath, isSamePath } from "#core/json.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { announce } from "#client/ui/announce.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { Button } from "#client/ui/button.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import type { FieldTexts } from "./field-view.tsx";
import { focusField } from "./focus-field.ts";
import { useStepForm } from "./step-form-context.ts";
import type { BoundField } from "./use-step-field.tsx";

type OutputFieldProps = {
  readonly id: string;
  readonly texts: FieldTexts;
  readonly bound: BoundField;
  /** Where the name is in the step. */
  readonly path: JsonPath;
};

interface Offer {
  readonly from: string;
  readonly to: string;
  readonly readers: number;
}

const loadPlan = async () => (await import("./plan-output-rename.ts")).planOutputRename;

/** The name of the variable that the step sets. When it was changed, the steps that read it can follow, in one edit. */
export function OutputField({ id, texts, bound, path }: OutputFieldProps) {
  const openFlow = useOpenFlow();
  const { actions } = useEditor();
  const { step } = useStepForm();
  const [before, setBefore] = useState("");
  const [offer, setOffer] = useState<Offer>();

  const lookForReaders = async () => {
    const to = bound.text;
    if (before === "" || to === "" || before === to) return;
    const planRename = await loadPlan();
    const plan = planRename(openFlow.getState().history.document, step.key, before, to);
    setOffer(plan && { from: before, to, readers: plan.readers });
  };

  const rename = async ({ from, to }: Offer) => {
    setOffer(undefined);
    focusField(id);
    const planRename = await loadPlan();
    const { document, entries, position } = openFlow.getState().history;
    const plan = planRename(document, step.key, from, to);
    if (!plan) return;
    // What was typed and what follows from it are one edit: undone together, redone together.
    const last = entries[position - 1]?.command;
    const isOwn = last?.type === "setConfig" && last.key === step.key && last.value === to;
    if (isOwn && isSamePath(["config", ...last.path], path)) openFlow.undo();
    const own = { key: step.key, at: path, text: to };
    openFlow.edit({ type: "renameVariable", from, to, edits: [own, ...plan.edits] });
    announce(`Renamed ${from} to ${to}, also in ${formatCount(plan.readers, "step")} that read it.`);
  };

  // A name that is made by a template is known only when the flow runs.
  const isNamed = bound.text.trim() !== "" && !bound.text.includes("{{");
  const renameEverywhere = () => actions.renameEverywhere(bound.text);

  return (
    <div className="flex flex-col gap-1">
      <TextField
        {...texts}
        labelEnd={
          isNamed ? (
            <button
              type="button"
              onClick={renameEverywhere}
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
          // Without the parsers nothing can be renamed elsewhere; the name itself is in the flow.
          lookForReaders().catch(() => setOffer(undefined));
        }}
        onKeyDown={(event) => {
          if (event.key !== "F2" || !isNamed) return;
          event.preventDefault();
          renameEverywhere();
        }}
        aria-keyshortcuts="F2"
        spellCheck={false}
        className="[&_input]:font-mono"
      />
      {offer?.to === bound.text && (
        <div className="flex items-center justify-between gap-2 rounded-md bg-warning-soft py-1 pr-1 pl-2.5 text-xs text-warning">
          <span className="min-w-0 break-words">
            {`${formatCount(offer.readers, "step")} still ${offer.readers === 1 ? "reads" : "read"} ${offer.from}.`}
          </span>
          <Button size="sm" onClick={() => void rename(offer)}>
            Rename it there
          </Button>
        </div>
      )}
    </div>
  );
}
