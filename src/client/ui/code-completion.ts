import {
  type Completion,
  type CompletionSource,
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionKeymap,
  completionStatus,
  currentCompletions,
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
  /** What can stand after it and a dot, where that is known. */
  readonly members?: (() => readonly CodeCompletion[]) | undefined;
}

/** Also how one that is unavailable is known again. */
const UNAVAILABLE = { name: "Not available here", rank: 1 };

/** Offers names after `{{`, in code wherever a name can stand, and after a dot what is known of the name before it. The names keep the order they are given in. */
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
    closeOnEscape((view) => {
      // One that is still sought is given up too, but the key goes on to what a person sees.
      const isShown = currentCompletions(view.state).length > 0;
      return view.hasFocus && closeCompletion(view) && isShown;
    }),
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
  return (context) => {
    const template = context.matchBefore(/\{\{[ \t]*[\p{ID_Continue}$.-]*/u);
    if (template) {
      const path = template.text.replace(/^\{\{[ \t]*/, "").split(".");
      const name = path.pop() ?? "";
      const offered = listMembers(names(), path);
      const validFor = /^[\p{ID_Continue}$-]*$/u;
      if (!offered) return null;
      return { from: context.pos - name.length, options: toOptions(offered, closeBraces), validFor };
    }
    if (!writesNames(language)) return null;
    const word = context.matchBefore(/[\p{ID_Continue}$]+/u);
    // A number is no beginning of a name, and a list that is sought in vain would take the next Escape.
    if (word && /^\d/.test(word.text)) return null;
    const from = word?.from ?? context.pos;
    const isMember = context.state.sliceDoc(from - 1, from) === ".";
    if (!word && !context.explicit && !isMember) return null;
    if (/String|Comment|Template/.test(syntaxTree(context.state).resolveInner(context.pos, -1).name))
      return null;
    const validFor = /^[\p{ID_Continue}$]*$/u;
    if (!isMember) return { from, options: toOptions(names()), validFor };
    const offered = listMembers(names(), readPath(context.state.doc.lineAt(from), from));
    const fitting = offered?.filter(({ label }) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(label));
    return fitting ? { from, options: toOptions(fitting), validFor } : null;
  };
}

function toOptions(names: readonly CodeCompletion[], apply?: Completion["apply"]): readonly Completion[] {
  return names.map(({ label, detail, info, isUnavailable }, index): Completion => ({
    label,
    boost: Math.max(-99, 99 - index),
    ...(detail !== undefined && { detail }),
    ...(info !== undefined && { info }),
    ...(isUnavailable && { section: UNAVAILABLE }),
    ...(apply && { apply }),
  }));
}

/** The names before a dot in code, outermost first: “rows”, “0” for `input.rows?.[0].`, since all variables are in `input` too. */
function readPath(
  { from, text }: { readonly from: number; readonly text: string },
  dot: number,
): readonly string[] {
  const before =
    /(?:[\p{ID_Continue}$]|\?\.|\.|\[\d+\])*\??$/u.exec(text.slice(0, dot - 1 - from))?.[0] ?? "";
  const path = before
    .replaceAll(/(?:\?\.)?\[(\d+)\]/g, ".$1")
    .replace(/\?$/, "")
    .split(/\??\./);
  return path[0] === "input" || path[0] === "variables" ? path.slice(1) : path;
}

/** What may follow the path; undefined where that is not known. All names for an empty path. */
function listMembers(
  names: readonly CodeCompletion[],
  path: readonly string[],
): readonly CodeCompletion[] | undefined {
  let level: readonly CodeCompletion[] | undefined = names;
  for (const name of path)
    level = level?.find(({ label }) => label === name || isIndex(label, name))?.members?.();
  return level;
}

/** All items of a list are taken to be like its first. */
function isIndex(label: string, name: string): boolean {
  return label === "0" && /^\d+$/.test(name);
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
