import { closeCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Annotation, Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder as placeholderText, tooltips } from "@codemirror/view";
import { useEffectEvent, useLayoutEffect, useMemo, useRef } from "react";
import { type VariableCompletion, variableCompletionExtension } from "./variable-completion.ts";
import {
  type CodeLanguage,
  type TextOffsetRange,
  SELECT_TEXT_RANGE_EVENT_NAME,
} from "./select-text-range.ts";
import { codeEditorTheme, loadCodeLanguage } from "./code-theme.ts";
import { variableHoverCardExtension } from "./variable-hover-card-extension.ts";
import { readCspNonce } from "./csp-nonce.ts";
import { codeMirrorUndoRedoKeyBindings, handleInputReplacingSelection } from "./undo-redo-key-bindings.ts";
import { type VariableHoverCardSource, useVariableHoverCards } from "./use-variable-hover-cards.tsx";

export { copyCaret, insertVariableAtCaret } from "./insert-variable-at-caret.ts";

/** An error in the text; offsets in UTF-16 code units. */
export interface CodeEditorDiagnostic {
  readonly from: number;
  readonly to?: number;
  readonly message: string;
  readonly severity?: "error" | "warning" | "info";
}

export interface CodeEditorProps {
  readonly label: string;
  readonly text: string;
  readonly language: CodeLanguage;
  readonly onChange: (text: string) => void;
  readonly onBlur?: (() => void) | undefined;
  readonly readOnly?: boolean;
  readonly describedBy?: string | undefined;
  readonly invalid?: boolean | undefined;
  readonly faults?: readonly CodeEditorDiagnostic[] | undefined;
  readonly completions?: (() => readonly VariableCompletion[]) | undefined;
  readonly names?: VariableHoverCardSource | undefined;
  /** Restricts typing to one line: Enter adds no line, and pasted lines are joined. Existing line breaks are kept. */
  readonly singleLine?: boolean;
  readonly numbered?: boolean;
  readonly placeholder?: string | undefined;
  /** Version of the text: a new number resets the undo history even if `text` is the same. */
  readonly edition?: number;
}

/** Marks a change made through props, so that `onChange` is not called. */
const fromOutside = Annotation.define<boolean>();

/**
 * A code editor. Includes CodeMirror: import only dynamically. Tab leaves the field; Mod+Z reaches the page if the
 * editor has nothing to undo. A new `text` prop resets the undo history, because the page can undo the earlier typing.
 */
export function CodeEditor(props: CodeEditorProps) {
  const { label, text, language, readOnly = false, describedBy, invalid = false, faults } = props;
  const { singleLine = false, numbered = false, placeholder, edition = 0 } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const reported = useRef(text);
  const parts = useRef({ history: new Compartment(), language: new Compartment(), field: new Compartment() });
  const change = useEffectEvent((changed: string) => {
    reported.current = changed;
    props.onChange(changed);
  });
  const blur = useEffectEvent(() => props.onBlur?.());
  const complete = useEffectEvent(() => props.completions?.() ?? []);
  const field = useMemo(
    () => describeField({ label, readOnly, describedBy, invalid, singleLine }),
    [label, readOnly, describedBy, invalid, singleLine],
  );
  const shown = useRef<Pick<CodeEditorProps, "text" | "edition" | "faults"> & { readonly field: Extension }>({
    text,
    edition,
    field,
  });
  const start = useEffectEvent(() => {
    shown.current = { ...shown.current, field };
    return { text, field };
  });
  const findName = useEffectEvent((known: string, offset: number) => props.names?.find(known, offset));
  const rename = useEffectEvent((name: string) => props.names?.rename(name));
  const { card, onShow, onHide } = useVariableHoverCards(props.names);

  useLayoutEffect(() => {
    if (!host.current) return;
    const nonce = readCspNonce();
    const initial = start();
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: initial.text,
        extensions: [
          // Only "\n" ends a line, so that a "\r" in a stored text is kept.
          EditorState.lineSeparator.of("\n"),
          numbered ? lineNumbers() : [],
          parts.current.history.of(history()),
          indentOnInput(),
          bracketMatching(),
          parts.current.language.of([]),
          codeEditorTheme,
          variableCompletionExtension(language, () => complete()),
          variableHoverCardExtension({
            find: (known, offset) => findName(known, offset),
            rename: (name) => rename(name),
            onShow,
            onHide,
          }),
          tooltips({ tooltipSpace: insideWindow }),
          keymap.of([
            ...(singleLine ? [{ key: "Enter", run: () => true }] : []),
            ...codeMirrorUndoRedoKeyBindings,
            ...defaultKeymap,
          ]),
          EditorView.lineWrapping,
          EditorView.clipboardInputFilter.of((pasted, { doc }) => {
            const lines = pasted.replace(/\r\n?/g, "\n");
            return singleLine && doc.lines === 1 ? joinLines(lines) : lines;
          }),
          nonce === undefined ? [] : EditorView.cspNonce.of(nonce),
          placeholder === undefined ? [] : placeholderText(placeholder),
          parts.current.field.of(initial.field),
          EditorView.updateListener.of((update) => {
            const isOurs = update.transactions.some((transaction) => transaction.annotation(fromOutside));
            if (update.docChanged && !isOurs) change(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({
            focus: (_, focused) => restoreBrowserSelection(focused),
            blur: (_, blurred) => {
              closeCompletion(blurred);
              blur();
            },
            beforeinput: handleInputReplacingSelection,
            // Firefox and WebKit send the events to the editor that had the caret last.
            cut: (_, editorOfCaret) => !editorOfCaret.hasFocus,
            paste: (_, editorOfCaret) => !editorOfCaret.hasFocus,
            copy: (_, editorOfCaret) => !editorOfCaret.hasFocus && editorOfCaret.state.selection.main.empty,
            [SELECT_TEXT_RANGE_EVENT_NAME]: (event: CustomEvent<TextOffsetRange>, target) => {
              const { length } = target.state.doc;
              const [anchor, head] = [Math.min(event.detail.from, length), Math.min(event.detail.to, length)];
              target.dispatch({ selection: { anchor, head }, scrollIntoView: true });
            },
          }),
        ],
      }),
    });
    view.current = editor;
    let isDestroyed = false;
    loadCodeLanguage(language).then(
      (grammar) => {
        if (!isDestroyed) editor.dispatch({ effects: parts.current.language.reconfigure(grammar) });
      },
      () => undefined,
    );
    return () => {
      isDestroyed = true;
      editor.destroy();
    };
  }, [language, singleLine, numbered, placeholder, onShow, onHide]);

  // An effect could run after the next key and replace the new text with the older `text`.
  useLayoutEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const before = shown.current;
    shown.current = { field, text, edition, faults };
    if (field !== before.field) editor.dispatch({ effects: parts.current.field.reconfigure(field) });
    const isReplaced = text !== before.text && text !== reported.current && replaceText(editor, text);
    if (text !== before.text) reported.current = text;
    if (isReplaced || edition !== before.edition) resetUndoHistory(editor, parts.current.history);
    if (faults !== before.faults) {
      markFaults(editor, faults ?? []);
      restoreBrowserSelection(editor);
    }
  }, [field, text, edition, faults]);

  return (
    <div ref={host} className="max-h-[inherit]">
      {card}
    </div>
  );
}

function insideWindow({ dom }: EditorView) {
  const { clientWidth, clientHeight } = dom.ownerDocument.documentElement;
  return { left: 8, top: 8, right: clientWidth - 8, bottom: clientHeight - 8 };
}

interface FieldState {
  readonly label: string;
  readonly readOnly: boolean;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
  readonly singleLine: boolean;
}

function describeField({ label, readOnly, describedBy, invalid, singleLine }: FieldState) {
  return [
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({
      "aria-label": label,
      tabindex: "0",
      "aria-multiline": String(!singleLine),
      ...(readOnly && { "aria-readonly": "true" }),
      ...(invalid && { "aria-invalid": "true" }),
      ...(describedBy !== undefined && { "aria-describedby": describedBy }),
    }),
  ];
}

/** Keeps the caret at the same place of the text. Returns false if the texts are equal. */
function replaceText(editor: EditorView, text: string): boolean {
  const before = editor.state.doc.toString();
  if (before === text) return false;
  const changes = findChange(before, text);
  const { head } = editor.state.selection.main;
  // Sets a caret inside the replaced range, because CodeMirror would move it to the start of the range.
  const isInside = head > changes.from && head < changes.to;
  const selection = isInside ? { anchor: mapCaretToReformattedText(before, text, head) } : undefined;
  const effects = selection ? EditorView.scrollIntoView(selection.anchor) : [];
  editor.dispatch({ changes, effects, annotations: fromOutside.of(true), ...(selection && { selection }) });
  return true;
}

function markFaults(editor: EditorView, faults: readonly CodeEditorDiagnostic[]): void {
  const { length } = editor.state.doc;
  const marks = faults.map(({ from, to = from + 1, message, severity = "error" }): Diagnostic => {
    const start = Math.min(from, Math.max(0, length - 1));
    return {
      from: start,
      to: Math.min(Math.max(to, start + 1), length),
      severity,
      message,
    };
  });
  editor.dispatch(setDiagnostics(editor.state, marks));
}

/** A focus or a mark may put the browser's caret at the text's start. CodeMirror may read that as a move by the user. */
function restoreBrowserSelection(editor: EditorView): void {
  const { anchor, head } = editor.state.selection.main;
  const selection = getSelection();
  if (!editor.hasFocus || !selection?.isCollapsed || (anchor === 0 && head === 0)) return;
  const { anchorNode, anchorOffset } = selection;
  if (!editor.contentDOM.contains(anchorNode) || !anchorNode) return;
  if (editor.posAtDOM(anchorNode, anchorOffset) !== 0) return;
  const [start, end] = [editor.domAtPos(anchor), editor.domAtPos(head)];
  selection.setBaseAndExtent(start.node, start.offset, end.node, end.offset);
}

function resetUndoHistory(editor: EditorView, part: Compartment): void {
  editor.dispatch({ effects: part.reconfigure([]) });
  editor.dispatch({ effects: part.reconfigure(history()) });
}

function findChange(before: string, after: string): { from: number; to: number; insert: string } {
  const shared = Math.min(before.length, after.length);
  let start = 0;
  while (start < shared && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < shared - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

function joinLines(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join(" ");
}

/** Keeps the caret after the same number of non-whitespace characters or, if possible, at its line and column. */
export function mapCaretToReformattedText(before: string, after: string, caret: number): number {
  let [from, to] = [0, 0];
  while (from < caret) {
    if (isSpace(before, from)) {
      from += 1;
      continue;
    }
    while (to < after.length && isSpace(after, to)) to += 1;
    if (before.charCodeAt(from) !== after.charCodeAt(to)) return keepLine(before, after, caret);
    from += 1;
    to += 1;
  }
  return to;
}

const isSpace = (text: string, at: number) => /\s/.test(text.charAt(at));

function keepLine(before: string, after: string, caret: number): number {
  const lines = before.slice(0, caret).split("\n");
  const column = lines.at(-1)?.length ?? 0;
  let start = 0;
  for (let line = 1; line < lines.length; line += 1) {
    const next = after.indexOf("\n", start);
    if (next === -1) break;
    start = next + 1;
  }
  const end = after.indexOf("\n", start);
  return Math.min(start + column, end === -1 ? after.length : end);
}
