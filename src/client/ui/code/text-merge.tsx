import { capitalize } from "#client/ui/format/capitalize.ts";
import { defaultKeymap, history } from "@codemirror/commands";
import { MergeView, getChunks, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { NEXT_DIFFERENCE_SHORTCUT, PREVIOUS_DIFFERENCE_SHORTCUT } from "./select-text-range.ts";
import { codeMirrorUndoRedoKeyBindings, handleInputReplacingSelection } from "./undo-redo-key-bindings.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import {
  createGoToDifferenceCommand,
  comparisonEditorExtensions,
  createEditorLabelExtension,
} from "./comparison-editor-extensions.ts";
import { MIN_WIDTH_MD, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";

export type TextMergeViewProps = {
  readonly label: string;
  /** Initial text; later changes of the prop are ignored. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly other: string;
  readonly otherLabel: string;
};

/** Includes CodeMirror: import only dynamically. */
export function TextMergeView({ label, text, onChange, other, otherLabel }: TextMergeViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(text);
  const isWide = useMediaQuery(MIN_WIDTH_MD);
  const [differencesLeft, setDifferencesLeft] = useState(0);
  const change = useEffectEvent((changed: string) => {
    latest.current = changed;
    onChange(changed);
  });
  const names = useEffectEvent(() => ({ label, otherLabel }));

  useLayoutEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const result: Extension = [
      ...comparisonEditorExtensions,
      history(),
      keymap.of([...codeMirrorUndoRedoKeyBindings, ...defaultKeymap]),
      EditorView.domEventHandlers({ beforeinput: handleInputReplacingSelection }),
      createEditorLabelExtension(names().label),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) change(update.state.doc.toString());
        setDifferencesLeft(getChunks(update.state)?.chunks.length ?? 0);
      }),
    ];
    const doc = latest.current;
    if (isWide) {
      const readOnly = [
        ...comparisonEditorExtensions,
        EditorState.readOnly.of(true),
        createEditorLabelExtension(capitalize(names().otherLabel)),
      ];
      const merge = new MergeView({
        parent,
        a: { doc: other, extensions: readOnly },
        b: { doc, extensions: result },
        gutter: false,
      });
      view.current = merge.b;
      setDifferencesLeft(merge.chunks.length);
      return () => merge.destroy();
    }
    const inside = unifiedMergeView({ original: other, mergeControls: false, gutter: false });
    const editor = new EditorView({
      parent,
      state: EditorState.create({ doc, extensions: [result, inside] }),
    });
    view.current = editor;
    setDifferencesLeft(getChunks(editor.state)?.chunks.length ?? 0);
    return () => editor.destroy();
  }, [isWide, other]);

  const goToDifference = (direction: "next" | "previous") =>
    view.current && createGoToDifferenceCommand(direction)(view.current);
  const applyOther = () => {
    if (!view.current || !takeOther(view.current, other)) return;
    const remaining = getChunks(view.current.state)?.chunks.length ?? 0;
    announceToScreenReaders(`Applied. ${formatCount(remaining, "difference")} left.`);
  };

  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-1.5">
        <p role="status" className="mr-auto text-xs text-muted">
          {differencesLeft === 0
            ? `No differences from ${otherLabel}`
            : formatCount(differencesLeft, "difference")}
        </p>
        <IconButton
          label="Previous difference"
          shortcut={PREVIOUS_DIFFERENCE_SHORTCUT}
          icon={ArrowUp}
          size="sm"
          onClick={() => goToDifference("previous")}
        />
        <IconButton
          label="Next difference"
          shortcut={NEXT_DIFFERENCE_SHORTCUT}
          icon={ArrowDown}
          size="sm"
          onClick={() => goToDifference("next")}
        />
        <Button
          size="sm"
          disabledReason={differencesLeft === 0 ? "No differences left." : undefined}
          onClick={applyOther}
        >
          {`Use ${otherLabel} here`}
        </Button>
      </div>
      {isWide && (
        <div aria-hidden="true" className="grid grid-cols-2 text-xs text-muted">
          <span>{capitalize(otherLabel)}</span>
          <span className="pl-2.5">{label}</span>
        </div>
      )}
      <div
        ref={host}
        className={joinClasses(
          "max-h-80 min-w-0 overflow-y-auto rounded-md border border-line-strong bg-surface font-mono text-xs/5 focus-within:border-focus focus-within:outline-1 focus-within:outline-focus pointer-coarse:text-lg",
          isWide && "[&_.cm-merge-b]:border-l [&_.cm-merge-b]:border-line",
        )}
      />
    </div>
  );
}

/** Replaces the difference at the caret, or the next one. Returns false if no difference is left. */
function takeOther(view: EditorView, other: string): boolean {
  const { doc, selection } = view.state;
  const chunks = getChunks(view.state)?.chunks ?? [];
  const chunk = chunks.find(({ endB }) => endB >= selection.main.head) ?? chunks[0];
  if (!chunk) return false;
  // CodeMirror counts the line break after the last line even if the text ends without one.
  const taken = other.slice(chunk.fromA, Math.max(chunk.fromA, chunk.toA - 1));
  const insert = chunk.fromA !== chunk.toA && chunk.toB <= doc.length ? `${taken}\n` : taken;
  view.dispatch({
    changes: { from: chunk.fromB, to: Math.min(doc.length, chunk.toB), insert },
    selection: { anchor: chunk.fromB + insert.length },
    scrollIntoView: true,
    userEvent: "input.take",
  });
  return true;
}
