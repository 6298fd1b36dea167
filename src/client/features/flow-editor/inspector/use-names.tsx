import type { StepKey } from "#core/flow-document.ts";
import { type JsonPath, getAtPath, isSamePath } from "#core/json.ts";
import { findStep } from "#core/step-list.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import type { CodeNames } from "#client/ui/use-name-cards.tsx";
import { NameCard } from "./name-card.tsx";

/** What is known of the variables in each text of a step, by the text's path inside the step. */
export function useNames(key: StepKey): (at: JsonPath) => CodeNames {
  const { openFlow, analysis, actions } = useEditor();
  return (at) => ({
    find: (text, offset) => {
      const now = analysis.now();
      const node = findStep(openFlow.getState().history.document, key);
      // While it is typed, a text is ahead of the flow for a moment, and no place in it is known.
      if (!now || !node || getAtPath(node.fields, at) !== text) return undefined;
      return now.dataflow
        .readsIn(node)
        .find(
          (reference) => isSamePath(reference.at, at) && reference.from <= offset && offset <= reference.to,
        );
    },
    describe: (name, close) => <NameCard reader={key} name={name} close={close} />,
    rename: actions.renameEverywhere,
  });
}
