import { useQueryClient } from "@tanstack/react-query";
import type { NameMeaning } from "#core/dataflow/explain-name.ts";
import type { StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { createVariableShapes, describeSeen } from "#client/features/flow-editor/try/variable-shapes.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { Button } from "#client/ui/button.tsx";
import { focusHeadingOf } from "./focus-field.ts";

type NameCardProps = {
  /** The step in whose text the name stands. */
  readonly reader: StepKey;
  readonly name: string;
  readonly close: () => void;
};

/** More steps that set one variable help nobody here. */
const MOST_SETTERS = 3;

/** What a name in a text stands for, who sets it, and the way there. */
export function NameCard({ reader, name, close }: NameCardProps) {
  const editor = useEditor();
  const { openFlow, analysis, actions, list } = editor;
  const client = useQueryClient();
  const { document } = openFlow.getState().history;
  const meaning = analysis.now()?.dataflow.explainName(document, reader, name);
  if (!meaning) return null;
  const setters = "by" in meaning ? meaning.by.slice(0, MOST_SETTERS) : [];
  const shapes = createVariableShapes(editor, client);
  const seen = setters[0] === undefined ? shapes.ofPlatform(name) : shapes.ofStep(document, setters[0], name);
  const more = "by" in meaning ? meaning.by.length - setters.length : 0;
  const nameOf = (key: StepKey) => {
    const node = findStep(document, key);
    return node ? stepName(node) : "A step";
  };

  const show = (key: StepKey) => {
    close();
    actions.inspect(key);
    list.current?.showStep(key);
    focusHeadingOf(key);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <code className="font-mono text-xs font-semibold break-all">{name}</code>
      <p className="break-words text-muted">{describeMeaning(meaning)}</p>
      {setters.length > 0 && (
        <ul className="flex flex-col items-start gap-1">
          {setters.map((key) => (
            <li key={key} className="max-w-full">
              <button
                type="button"
                dir="auto"
                onClick={() => show(key)}
                className="min-h-6 max-w-full truncate rounded-sm font-medium text-accent hover:underline"
              >
                {nameOf(key)}
              </button>
            </li>
          ))}
          {more > 0 && <li className="text-muted">{`and ${more} more`}</li>}
        </ul>
      )}
      {seen && (
        <p className="break-words text-muted">
          {meaning.type === "platform" ? "Holds" : "When last run"}: {describeSeen(seen)}
        </p>
      )}
      {meaning.type === "set" && meaning.reason !== undefined && (
        <p className="break-words text-warning">{`May not be set here: ${meaning.reason}.`}</p>
      )}
      {meaning.type !== "platform" && (
        <Button
          size="sm"
          className="mt-1 self-start"
          onClick={() => {
            close();
            actions.renameEverywhere(name);
          }}
        >
          Rename everywhere…
        </Button>
      )}
    </div>
  );
}

function describeMeaning(meaning: NameMeaning): string {
  switch (meaning.type) {
    case "platform":
      return "Set by the platform, in every flow.";
    case "input":
      return "No step sets it: an input, which the run supplies.";
    case "unset":
      return `Not set here: ${meaning.reason}.`;
    case "set":
      return meaning.isStepName ? "The result of the step" : "Set by";
  }
}
