import { defaultKeymap, history } from "@codemirror/commands";
import { MergeView, getChunks, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { announce } from "./announce.ts";
import { Button } from "./button.tsx";
import { NEXT_DIFFERENCE, PREVIOUS_DIFFERENCE } from "./difference-key.ts";
import { fieldUndoKeys } from "./field-undo-keys.ts";
import { formatCount } from "./format-count.ts";
import { IconButton } from "./icon-button.tsx";
import { joinClasses } from "./join-classes.ts";
import { goToDifference, mergeExtensions, nameField } from "./merge-extensions.ts";
import { typeOverSelection } from "./type-over-selection.ts";
import { useMediaQuery } from "./use-media-query.ts";

export type TextMergeProps = {
  /** What a screen reader calls the text that is edited. */
  readonly label: string;
  /** What it starts with; later changes are not looked at. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** The text that it is compared with and taken from. */
  readonly other: string;
  /** As it stands in a sentence: “theirs”. */
  readonly otherLabel: string;
};

/**
 * A text to be edited beside another one, difference by difference; on narrow screens the other one is shown inside it.
 * It carries CodeMirror: import it only where it is lazy. Another `other` needs another `key`.
 */
export function TextMerge({ label, text, onChange, other, otherLabel }: TextMergeProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(text);
  const isWide = useMediaQuery("(min-width: 768px)");
  const [left, setLeft] = useState(0);
  const change = useEffectEvent((changed: string) => {
    latest.current = changed;
    onChange(changed);
  });
  const names = useEffectEvent(() => ({ label, otherLabel }));

  // CodeMirror owns what is inside the host for as long as it is on the page.
  useLayoutEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const result: Extension = [
      ...mergeExtensions,
      history(),
      keymap.of([...fieldUndoKeys, ...defaultKeymap]),
      EditorView.domEventHandlers({ beforeinput: typeOverSelection }),
      nameField(names().label),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) change(update.state.doc.toString());
        setLeft(getChunks(update.state)?.chunks.length ?? 0);
      }),
    ];
    const doc = latest.current;
    if (isWide) {
      const readOnly = [
        ...mergeExtensions,
        EditorState.readOnly.of(true),
        nameField(capitalise(names().otherLabel)),
      ];
      const merge = new MergeView({
        parent,
        a: { doc: other, extensions: readOnly },
        b: { doc, extensions: result },
        gutter: false,
      });
      view.current = merge.b;
      setLeft(merge.chunks.length);
      return () => merge.destroy();
    }
    const inside = unifiedMergeView({ original: other, mergeControls: false, gutter: false });
    const editor = new EditorView({
      parent,
      state: EditorState.create({ doc, extensions: [result, inside] }),
    });
    view.current = editor;
    setLeft(getChunks(editor.state)?.chunks.length ?? 0);
    return () => editor.destroy();
  }, [isWide, other]);

  const go = (direction: "next" | "previous") => view.current && goToDifference(direction)(view.current);
  const take = () => {
    if (!view.current || !takeOther(view.current, other)) return;
    const rest = getChunks(view.current.state)?.chunks.length ?? 0;
    announce(`Taken. ${formatCount(rest, "difference")} left.`);
  };

  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-1.5">
        <p role="status" className="mr-auto text-xs text-muted">
          {left === 0 ? `No differences from ${otherLabel}` : formatCount(left, "difference")}
        </p>
        <IconButton
          label="Previous difference"
          shortcut={PREVIOUS_DIFFERENCE}
          icon={ArrowUp}
          size="sm"
          onClick={() => go("previous")}
        />
        <IconButton
          label="Next difference"
          shortcut={NEXT_DIFFERENCE}
          icon={ArrowDown}
          size="sm"
          onClick={() => go("next")}
        />
        <Button
          size="sm"
          disabledReason={left === 0 ? "There is nothing left to take." : undefined}
          onClick={take}
        >
          {`Take ${otherLabel} here`}
        </Button>
      </div>
      {isWide && (
        <div aria-hidden="true" className="grid grid-cols-2 text-xs text-muted">
          <span>{capitalise(otherLabel)}</span>
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

function capitalise(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Puts the other text in place of the difference at the cursor, or the next one, and goes on to the one after it. */
function takeOther(view: EditorView, other: string): boolean {
  const { doc, selection } = view.state;
  const chunks = getChunks(view.state)?.chunks ?? [];
  const chunk = chunks.find(({ endB }) => endB >= selection.main.head) ?? chunks[0];
  if (!chunk) return false;
  // A chunk ends behind the break of its last line, which the last line of a text does not have.
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
