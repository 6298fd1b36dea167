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
import { createCloseOnEscapeExtension } from "#client/ui/overlays/close-on-escape.ts";
import type { CodeLanguage } from "./select-text-range.ts";
import { type TextChange, planCompletion, planInsertion, readTypedPath } from "./plan-completion.ts";
import { spellMember } from "./spell-member.ts";

export interface VariableCompletion {
  readonly label: string;
  readonly detail?: string;
  readonly info?: string | undefined;
  /** Not set where the user is typing: listed last and dimmed, and accepted only if the user moved to it. */
  readonly isUnavailable?: boolean;
  readonly members?: (() => readonly VariableCompletion[]) | undefined;
}

const UNAVAILABLE = { name: "Not available here", rank: 1 };

/** Completes names after `{{`, in code also without braces, and property names after a dot. */
export function variableCompletionExtension(
  language: CodeLanguage,
  names: () => readonly VariableCompletion[],
): Extension {
  const isCode = completesBareNames(language);
  return [
    autocompletion({
      override: [completeNames(language, names)],
      icons: false,
      defaultKeymap: false,
      optionClass: ({ section }) => (section === UNAVAILABLE ? "cm-unavailable" : ""),
      // In code, the user could not have seen the list yet; inside braces, a name must follow.
      interactionDelay: isCode ? 75 : 0,
    }),
    createCompletionKeymapExtension(),
    createCloseOnEscapeExtension((view) => {
      // Also cancels a running query. Without a list, Escape can close a dialog.
      const isShown = currentCompletions(view.state).length > 0;
      return view.hasFocus && closeCompletion(view) && isShown;
    }),
  ];
}

/** If the preselected name is unavailable, Enter accepts it only if the user moved to it. */
function createCompletionKeymapExtension(): Extension {
  let isChosenByUser = false;
  const bindings = completionKeymap.map(({ key = "", run, ...binding }): KeyBinding => {
    if (!run) return { key, ...binding };
    if (key !== "Enter") {
      const runAndTrackChoice = (view: EditorView) => {
        const isDone = run(view);
        isChosenByUser ||= isDone && completionStatus(view.state) === "active" && /Arrow|Page/.test(key);
        return isDone;
      };
      return { ...binding, key, run: runAndTrackChoice };
    }
    const acceptOrClose = (view: EditorView) => {
      if (selectedCompletion(view.state)?.section !== UNAVAILABLE || isChosenByUser) {
        return acceptCompletion(view);
      }
      closeCompletion(view);
      return false;
    };
    return { ...binding, key, run: acceptOrClose };
  });
  return [
    Prec.highest(keymap.of(bindings)),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged || completionStatus(state) !== "active") isChosenByUser = false;
    }),
  ];
}

function completeNames(language: CodeLanguage, names: () => readonly VariableCompletion[]): CompletionSource {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const template = readTypedPath(line.text.slice(0, context.pos - line.from));
    if (template) {
      const offered = listMembers(names(), template.path);
      if (!offered) return null;
      const isMember = template.path.length > 0;
      const readable = isMember
        ? offered.filter(({ label }) => spellMember(label, language) !== undefined)
        : offered;
      const complete: Completion["apply"] = (view, { label }, from, to) => {
        const change = planCompletion(view.state.doc.toString(), { from, to }, label, language);
        if (change) applyChange(view, change);
      };
      const validFor = /^[\p{ID_Continue}$-]*$/u;
      return { from: context.pos - template.typed.length, options: toOptions(readable, complete), validFor };
    }
    if (!completesBareNames(language)) return null;
    const word = context.matchBefore(/[\p{ID_Continue}$]+/u);
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

function toOptions(names: readonly VariableCompletion[], apply?: Completion["apply"]): readonly Completion[] {
  return names.map(({ label, detail, info, isUnavailable }, index): Completion => ({
    label,
    boost: Math.max(-99, 99 - index),
    ...(detail !== undefined && { detail }),
    ...(info !== undefined && { info }),
    ...(isUnavailable && { section: UNAVAILABLE }),
    ...(apply && { apply }),
  }));
}

const LONGEST_PATH = 500;

/** Names before a dot, outermost first: “rows”, “0” for `input.rows?.[0].`. Omits `input` and `variables`. */
function readPath(
  { from, text }: { readonly from: number; readonly text: string },
  dot: number,
): readonly string[] {
  const end = dot - 1 - from;
  const nearby = text.slice(Math.max(0, end - LONGEST_PATH), end);
  // oxlint-disable-next-line patterns/linear -- reads at most LONGEST_PATH characters of the line
  const before = /(?:[\p{ID_Continue}$]|\?\.|\.|\[\d+\])*\??$/u.exec(nearby)?.[0] ?? "";
  const path = before
    .replaceAll(/(?:\?\.)?\[(\d+)\]/g, ".$1")
    .replace(/\?$/, "")
    .split(/\??\./);
  return path[0] === "input" || path[0] === "variables" ? path.slice(1) : path;
}

/** Undefined if the names are unknown; all names for an empty path. */
function listMembers(
  names: readonly VariableCompletion[],
  path: readonly string[],
): readonly VariableCompletion[] | undefined {
  let level: readonly VariableCompletion[] | undefined = names;
  for (const name of path)
    level = level?.find(({ label }) => label === name || isIndex(label, name))?.members?.();
  return level;
}

/** Only the first item of a list is known, and all items are assumed to have the same shape. */
function isIndex(label: string, name: string): boolean {
  return label === "0" && /^\d+$/.test(name);
}

function completesBareNames(language: CodeLanguage): boolean {
  return language === "script" || language === "expression" || language === "name";
}

/** Inserts `{{path}}` in place of the selection; between braces, completes the name that is there. */
export function insertVariable(view: EditorView, path: string): void {
  applyChange(view, planInsertion(view.state.doc.toString(), view.state.selection.main, path));
}

function applyChange(view: EditorView, { caret, ...changes }: TextChange): void {
  view.dispatch({
    changes,
    selection: { anchor: caret },
    userEvent: "input.complete",
    scrollIntoView: true,
  });
}
