import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  defaultHighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useEffectEvent, useRef } from "react";
import { readCspNonce } from "./csp-nonce.ts";
import { jsonHighlighting } from "./json-highlighting.ts";

export interface JsonEditorProps {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onBlur?: () => void;
  readonly readOnly?: boolean;
  readonly describedBy?: string | undefined;
  /** Marked in the text; offsets in UTF-16 units. */
  readonly error?: { readonly message: string; readonly offset: number } | undefined;
}

/** Marks a change that came from outside, so that it is not reported back. */
const fromOutside = Annotation.define<boolean>();

/**
 * Chromium keeps the look of a selection that is typed over by a style attribute, which the content security policy
 * blocks and reports; the text is put in without its help.
 */
function typeOverSelection(event: InputEvent, view: EditorView): boolean {
  const isTyping = event.inputType === "insertText" && event.data !== null && !event.isComposing;
  if (!isTyping || view.state.readOnly || view.state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data ?? ""), {
    userEvent: "input.type",
    scrollIntoView: true,
  });
  return true;
}

/**
 * JSON as text, with colours, brackets and an undo of its own. It carries CodeMirror: import it only where it is lazy.
 * Tab is left to the browser, so that the keyboard can leave the field.
 */
export function JsonEditor({ label, text, onChange, onBlur, readOnly, describedBy, error }: JsonEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const change = useEffectEvent(onChange);
  const blur = useEffectEvent(() => onBlur?.());
  const firstText = useEffectEvent(() => text);

  // CodeMirror owns the element inside the host for as long as the field is on the page.
  useEffect(() => {
    if (!host.current) return;
    const nonce = readCspNonce();
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: firstText(),
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          json(),
          syntaxHighlighting(jsonHighlighting),
          syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly ?? false),
          nonce === undefined ? [] : EditorView.cspNonce.of(nonce),
          EditorView.contentAttributes.of({
            "aria-label": label,
            ...(readOnly && { "aria-readonly": "true" }),
            ...(describedBy !== undefined && { "aria-describedby": describedBy }),
          }),
          EditorView.updateListener.of((update) => {
            const isOurs = update.transactions.some((transaction) => transaction.annotation(fromOutside));
            if (update.docChanged && !isOurs) change(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({ blur: () => blur(), beforeinput: typeOverSelection }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, readOnly, describedBy]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    const changes = { from: 0, to: editor.state.doc.length, insert: text };
    editor.dispatch({ changes, annotations: fromOutside.of(true) });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const at = Math.min(error?.offset ?? 0, editor.state.doc.length);
    const marks: Diagnostic[] = error
      ? [{ from: Math.max(0, at - 1), to: at, severity: "error", message: error.message }]
      : [];
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [error]);

  return (
    <div
      ref={host}
      className="overflow-hidden rounded-md border border-line-strong bg-surface font-mono text-xs focus-within:border-focus focus-within:outline-1 focus-within:outline-focus"
    />
  );
}
