import {
  type Completion,
  type CompletionSource,
  autocompletion,
  closeCompletion,
} from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { type EditorView, type PluginValue, ViewPlugin } from "@codemirror/view";
import type { CodeLanguage } from "./code-language.ts";

/** A name that can be written, and where it comes from. */
export interface CodeCompletion {
  readonly label: string;
  readonly detail?: string;
}

/** Offers names after `{{`, and in code wherever a name can stand. The names keep the order they are given in. */
export function nameCompletion(language: CodeLanguage, names: () => readonly CodeCompletion[]): Extension {
  const isCode = writesNames(language);
  return [
    autocompletion({
      override: [completeNames(language, names)],
      icons: false,
      // In code, an Enter that comes with the list is a line break; inside of braces it never is.
      interactionDelay: isCode ? 75 : 0,
    }),
    ViewPlugin.fromClass(EscapeKeeper),
  ];
}

/**
 * While the list is open, Escape closes it and nothing else. Dialogs listen for the key before any element in them
 * gets it, so it is caught before them.
 */
class EscapeKeeper implements PluginValue {
  readonly #view: EditorView;

  constructor(view: EditorView) {
    this.#view = view;
    addEventListener("keydown", this.#onKeyDown, { capture: true });
  }

  destroy(): void {
    removeEventListener("keydown", this.#onKeyDown, { capture: true });
  }

  readonly #onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !this.#view.hasFocus || !closeCompletion(this.#view)) return;
    event.preventDefault();
    event.stopPropagation();
  };
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
    if (!writesNames(language)) return null;
    const word = context.matchBefore(/[\w$]+/);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    if (context.state.sliceDoc(from - 1, from) === ".") return null;
    if (/String|Comment|Template/.test(syntaxTree(context.state).resolveInner(context.pos, -1).name))
      return null;
    return { from, options: options(), validFor: /^[\w$]*$/ };
  };
}

/** Whether names stand in the text itself, without braces around them. */
function writesNames(language: CodeLanguage): boolean {
  return language === "script" || language === "expression" || language === "name";
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
