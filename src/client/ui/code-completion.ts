import {
  type Completion,
  type CompletionSource,
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionKeymap,
  completionStatus,
  selectedCompletion,
} from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { type Extension, Prec } from "@codemirror/state";
import { EditorView, type KeyBinding, keymap } from "@codemirror/view";
import { closeOnEscape } from "./close-on-escape.ts";
import type { CodeLanguage } from "./code-language.ts";

/** A name that can be written, and where it comes from. */
export interface CodeCompletion {
  readonly label: string;
  readonly detail?: string;
  /** Shown beside the list while the name is highlighted. */
  readonly info?: string | undefined;
  /** It means nothing at this place: listed last and dimmed, and not taken unless it was gone to. */
  readonly isUnavailable?: boolean;
}

/** Also how one that is unavailable is known again. */
const UNAVAILABLE = { name: "Not available here", rank: 1 };

/** Offers names after `{{`, and in code wherever a name can stand. The names keep the order they are given in. */
export function nameCompletion(language: CodeLanguage, names: () => readonly CodeCompletion[]): Extension {
  const isCode = writesNames(language);
  return [
    autocompletion({
      override: [completeNames(language, names)],
      icons: false,
      defaultKeymap: false,
      optionClass: ({ section }) => (section === UNAVAILABLE ? "cm-unavailable" : ""),
      // In code, an Enter that comes with the list is a line break; inside of braces it never is.
      interactionDelay: isCode ? 75 : 0,
    }),
    deliberateChoice(),
    closeOnEscape((view) => view.hasFocus && closeCompletion(view)),
  ];
}

/**
 * The keys of the list. Its first name is highlighted from the start, and where that one is unavailable, Enter is what
 * it would be without the list, until the person has gone to the name by an arrow key.
 */
function deliberateChoice(): Extension {
  let isDeliberate = false;
  const bindings = completionKeymap.map(({ key = "", run, ...binding }): KeyBinding => {
    if (!run) return { key, ...binding };
    if (key !== "Enter") {
      const go = (view: EditorView) => {
        const isDone = run(view);
        isDeliberate ||= isDone && completionStatus(view.state) === "active" && /Arrow|Page/.test(key);
        return isDone;
      };
      return { ...binding, key, run: go };
    }
    const take = (view: EditorView) => {
      if (selectedCompletion(view.state)?.section !== UNAVAILABLE || isDeliberate) {
        return acceptCompletion(view);
      }
      closeCompletion(view);
      return false;
    };
    return { ...binding, key, run: take };
  });
  return [
    Prec.highest(keymap.of(bindings)),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged || completionStatus(state) !== "active") isDeliberate = false;
    }),
  ];
}

function completeNames(language: CodeLanguage, names: () => readonly CodeCompletion[]): CompletionSource {
  const options = (apply?: Completion["apply"]) =>
    names().map(({ label, detail, info, isUnavailable }, index): Completion => ({
      label,
      boost: Math.max(-99, 99 - index),
      ...(detail !== undefined && { detail }),
      ...(info !== undefined && { info }),
      ...(isUnavailable && { section: UNAVAILABLE }),
      ...(apply && { apply }),
    }));

  return (context) => {
    const template = context.matchBefore(/\{\{[ \t]*[\p{ID_Continue}$-]*/u);
    if (template) {
      const name = template.text.replace(/^\{\{[ \t]*/, "");
      const validFor = /^[\p{ID_Continue}$-]*$/u;
      return { from: context.pos - name.length, options: options(closeBraces), validFor };
    }
    if (!writesNames(language)) return null;
    const word = context.matchBefore(/[\p{ID_Continue}$]+/u);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    if (context.state.sliceDoc(from - 1, from) === ".") return null;
    if (/String|Comment|Template/.test(syntaxTree(context.state).resolveInner(context.pos, -1).name))
      return null;
    return { from, options: options(), validFor: /^[\p{ID_Continue}$]*$/u };
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
