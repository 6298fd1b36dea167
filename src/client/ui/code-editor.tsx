import { closeCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Annotation, Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder as placeholderText, tooltips } from "@codemirror/view";
import { useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";
import { type CodeCompletion, nameCompletion } from "./code-completion.ts";
import { type CodeLanguage, loadLanguage } from "./code-language.ts";
import { codeLook } from "./code-look.ts";
import { nameCards } from "./code-name-cards.ts";
import { readCspNonce } from "./csp-nonce.ts";
import { SELECT_RANGE, type TextRange } from "./select-range.ts";
import { fieldUndoKeys } from "./field-undo-keys.ts";
import { typeOverSelection } from "./type-over-selection.ts";
import { type CodeNames, useNameCards } from "./use-name-cards.tsx";

/** A fault in the text; offsets in UTF-16 units. */
export interface CodeFault {
  readonly from: number;
  readonly to?: number;
  readonly message: string;
  /** `error` unless given. */
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
  readonly faults?: readonly CodeFault[] | undefined;
  /** Asked when a person comes to a place where a name can stand. */
  readonly completions?: (() => readonly CodeCompletion[]) | undefined;
  readonly names?: CodeNames | undefined;
  /** Enter adds no line, and pasted lines become one. A text that has lines already keeps them. */
  readonly singleLine?: boolean;
  readonly numbered?: boolean;
  readonly placeholder?: string | undefined;
  /** A new number starts the undo of the field anew, for texts that became something else as they stand. */
  readonly edition?: number;
}

/** Marks a change that came from outside, so that it is not reported back. */
const fromOutside = Annotation.define<boolean>();

/**
 * Text with the colours, brackets, completion and undo of its kind. It carries CodeMirror: import it only where it is
 * lazy. Tab is left to the browser, so that the keyboard can leave the field, and a Mod+Z that has nothing to undo here
 * is left to the page. A text from outside starts the undo of the field anew: what was typed before is the page's to
 * undo by then.
 */
export function CodeEditor(props: CodeEditorProps) {
  const { label, text, language, readOnly = false, describedBy, invalid = false, faults } = props;
  const { singleLine = false, numbered = false, placeholder, edition = 0 } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const reported = useRef(text);
  const begun = useRef(edition);
  const parts = useRef({ history: new Compartment(), language: new Compartment(), field: new Compartment() });
  const change = useEffectEvent((changed: string) => {
    reported.current = changed;
    props.onChange(changed);
  });
  const blur = useEffectEvent(() => props.onBlur?.());
  const complete = useEffectEvent(() => props.completions?.() ?? []);
  const fieldNow = useEffectEvent(() => describeField({ label, readOnly, describedBy, invalid, singleLine }));
  const start = useEffectEvent(() => text);
  const findName = useEffectEvent((known: string, offset: number) => props.names?.find(known, offset));
  const rename = useEffectEvent((name: string) => props.names?.rename(name));
  const { card, onShow, onHide } = useNameCards(props.names);

  // CodeMirror owns the element inside the host for as long as the field is on the page.
  useLayoutEffect(() => {
    if (!host.current) return;
    const nonce = readCspNonce();
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: start(),
        extensions: [
          // Only "\n" ends a line: a "\r" that somebody sent stays in the text.
          EditorState.lineSeparator.of("\n"),
          numbered ? lineNumbers() : [],
          parts.current.history.of(history()),
          indentOnInput(),
          bracketMatching(),
          parts.current.language.of([]),
          codeLook,
          nameCompletion(language, () => complete()),
          nameCards({
            find: (known, offset) => findName(known, offset),
            rename: (name) => rename(name),
            onShow,
            onHide,
          }),
          tooltips({ tooltipSpace: insideWindow }),
          keymap.of([
            ...(singleLine ? [{ key: "Enter", run: () => true }] : []),
            ...fieldUndoKeys,
            ...defaultKeymap,
          ]),
          EditorView.lineWrapping,
          EditorView.clipboardInputFilter.of((pasted, { doc }) => {
            const lines = pasted.replace(/\r\n?/g, "\n");
            return singleLine && doc.lines === 1 ? lines.trim().replace(/\s*\n\s*/g, " ") : lines;
          }),
          nonce === undefined ? [] : EditorView.cspNonce.of(nonce),
          placeholder === undefined ? [] : placeholderText(placeholder),
          parts.current.field.of(fieldNow()),
          EditorView.updateListener.of((update) => {
            const isOurs = update.transactions.some((transaction) => transaction.annotation(fromOutside));
            if (update.docChanged && !isOurs) change(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({
            blur: (_, blurred) => {
              closeCompletion(blurred);
              blur();
            },
            beforeinput: typeOverSelection,
            [SELECT_RANGE]: (event: CustomEvent<TextRange>, asked) => {
              const { length } = asked.state.doc;
              const [anchor, head] = [Math.min(event.detail.from, length), Math.min(event.detail.to, length)];
              asked.dispatch({ selection: { anchor, head }, scrollIntoView: true });
            },
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [language, singleLine, numbered, placeholder, onShow, onHide]);

  useEffect(() => {
    let isGone = false;
    // Without its colours a text can still be edited.
    loadLanguage(language).then(
      (grammar) => {
        if (!isGone) view.current?.dispatch({ effects: parts.current.language.reconfigure(grammar) });
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [language]);

  useLayoutEffect(() => {
    const field = describeField({ label, readOnly, describedBy, invalid, singleLine });
    view.current?.dispatch({ effects: parts.current.field.reconfigure(field) });
  }, [label, readOnly, describedBy, invalid, singleLine]);

  // Before the next key can come: an old text must never overwrite a newer one.
  useLayoutEffect(() => {
    const editor = view.current;
    if (!editor || text === reported.current) return;
    reported.current = text;
    const before = editor.state.doc.toString();
    if (before === text) return;
    editor.dispatch({ changes: findChange(before, text), annotations: fromOutside.of(true) });
    forgetUndo(editor, parts.current.history);
  }, [text]);

  useLayoutEffect(() => {
    if (view.current && begun.current !== edition) forgetUndo(view.current, parts.current.history);
    begun.current = edition;
  }, [edition]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { length } = editor.state.doc;
    const marks = (faults ?? []).map(({ from, to = from + 1, message, severity = "error" }): Diagnostic => {
      const start = Math.min(from, Math.max(0, length - 1));
      return {
        from: start,
        to: Math.min(Math.max(to, start + 1), length),
        severity,
        message,
      };
    });
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [faults]);

  return (
    <div ref={host} className="max-h-[inherit]">
      {card}
    </div>
  );
}

/** What floats beside the text keeps a little away from the edges of the window. */
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
      // It takes the focus without, but who looks for what does (axe, for one) goes by this.
      tabindex: "0",
      "aria-multiline": String(!singleLine),
      ...(readOnly && { "aria-readonly": "true" }),
      ...(invalid && { "aria-invalid": "true" }),
      ...(describedBy !== undefined && { "aria-describedby": describedBy }),
    }),
  ];
}

function forgetUndo(editor: EditorView, part: Compartment): void {
  editor.dispatch({ effects: part.reconfigure([]) });
  editor.dispatch({ effects: part.reconfigure(history()) });
}

/** The least that turns one text into the other, so that the cursor stays where it was. */
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
