import {
  type Completion,
  type CompletionSource,
  autocompletion,
  completionStatus,
} from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { CodeLanguage } from "./code-language.ts";

/** A name that can be written, and where it comes from. */
export interface CodeCompletion {
  readonly label: string;
  readonly detail?: string;
}

/**
 * Offers names after `{{`, and in code wherever a name can stand. The names keep the order they are given in. While
 * the list is open the field says so by `data-keeps-escape`: Escape closes the list, not what is around the field.
 */
export function nameCompletion(language: CodeLanguage, names: () => readonly CodeCompletion[]): Extension {
  return [
    autocompletion({ override: [completeNames(language, names)], icons: false }),
    EditorView.editorAttributes.of((view) =>
      completionStatus(view.state) === null ? null : { "data-keeps-escape": "" },
    ),
  ];
}

function completeNames(language: CodeLanguage, names: () => readonly CodeCompletion[]): CompletionSource {
  const options = (apply?: Completion["apply"]) =>
    names().map(({ label, detail }, index): Completion => ({
      label,
      boost: Math.max(-99, 99 - index),
      ...(detail !== undefined && { detail }),
      ...(apply && { apply }),
    }));

  return (context) => {
    const template = context.matchBefore(/\{\{[ \t]*[\w$]*/);
    if (template) {
      const name = template.text.replace(/^\{\{[ \t]*/, "");
      return { from: context.pos - name.length, options: options(closeBraces), validFor: /^[\w$]*$/ };
    }
    if (language !== "script" && language !== "expression" && language !== "name") return null;
    const word = context.matchBefore(/[\w$]+/);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    if (context.state.sliceDoc(from - 1, from) === ".") return null;
    if (/String|Comment|Template/.test(syntaxTree(context.state).resolveInner(context.pos, -1).name))
      return null;
    return { from, options: options(), validFor: /^[\w$]*$/ };
  };
}

/** Writes the name and what closes it, unless that is there already. */
function closeBraces(view: EditorView, { label }: Completion, from: number, to: number): void {
  const after = /^[ \t]*\}\}/.exec(view.state.sliceDoc(to, to + 20))?.[0];
  const insert = after === undefined ? `${label}}}` : label;
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + label.length + (after?.length ?? 2) },
    userEvent: "input.complete",
  });
}
