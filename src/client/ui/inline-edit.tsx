import { Pencil } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { announce } from "./announce.ts";
import { joinClasses } from "./join-classes.ts";
import { tooltip } from "./tooltip.ts";

export type InlineEditProps = {
  /** The name of the text box. */
  readonly label: string;
  readonly value: string;
  readonly onCommit: (value: string) => void;
  /** Said when the text is empty. Without it an empty text is a value like any other. */
  readonly emptyMessage?: string;
  /** More than this is said and not taken, but not cut off either: what was pasted is the person's to shorten. */
  readonly maxLength?: number;
  /** Shown in place of an empty value. */
  readonly placeholder?: string;
  /** For callers that start the edit themselves, as from a menu. */
  readonly editing?: boolean;
  /** `keepFocus`: a key ended the edit, and the focus has not gone elsewhere. */
  readonly onEditingChange?: (editing: boolean, keepFocus: boolean) => void;
  /** Another display than the default button, such as a link. Its first link or button takes F2 and the focus. */
  readonly children?: ReactNode;
  readonly className?: string;
};

/**
 * A text that becomes a text box by F2, Enter or a click. Enter and leaving the box commit, Escape gives up. Afterwards
 * the focus is back on the text, unless it was the focus going elsewhere that ended the edit.
 */
export function InlineEdit({ children, className, editing, onEditingChange, ...edit }: InlineEditProps) {
  const [ownEditing, setOwnEditing] = useState(false);
  const isEditing = editing ?? ownEditing;
  const display = useRef<HTMLSpanElement>(null);
  const refocus = useRef(false);

  const setEditing = (next: boolean, keepFocus = false) => {
    setOwnEditing(next);
    onEditingChange?.(next, keepFocus);
  };

  // The display is only in the page again after the edit has ended.
  useEffect(() => {
    if (isEditing || !refocus.current) return;
    refocus.current = false;
    display.current?.querySelector<HTMLElement>("a[href], button")?.focus();
  }, [isEditing]);

  if (isEditing) {
    return (
      <InlineTextBox
        {...edit}
        className={className}
        onEnd={(keepFocus) => {
          refocus.current = keepFocus;
          setEditing(false, keepFocus);
        }}
      />
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "F2") return;
    event.preventDefault();
    setEditing(true);
  };
  return (
    <span ref={display} role="presentation" onKeyDown={onKeyDown} className="contents">
      {children ?? (
        <button
          type="button"
          {...tooltip(edit.value, { whenTruncated: true })}
          aria-keyshortcuts="F2"
          onClick={() => setEditing(true)}
          className={joinClasses(
            "group -mx-1.5 inline-flex min-h-7 max-w-[calc(100%+0.75rem)] min-w-0 items-center gap-1.5 rounded-md px-1.5 text-left hover:bg-hover",
            className,
          )}
        >
          <span className={joinClasses("truncate", edit.value === "" && "text-faint")}>
            {edit.value || edit.placeholder || edit.label}
          </span>
          <Pencil className="size-3.5 shrink-0 text-faint opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100" />
        </button>
      )}
    </span>
  );
}

type InlineTextBoxProps = Omit<InlineEditProps, "children" | "editing" | "onEditingChange"> & {
  readonly onEnd: (keepFocus: boolean) => void;
};

function InlineTextBox(props: InlineTextBoxProps) {
  const { label, value, onCommit, onEnd, emptyMessage, maxLength, placeholder, className } = props;
  const [began] = useState(value);
  const [text, setText] = useState(began);
  const [refused, setRefused] = useState(false);
  const errorId = useId();
  const box = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  const trimmed = text.trim();
  const isTooLong = maxLength !== undefined && trimmed.length > maxLength;
  const refusal = isTooLong
    ? `At most ${maxLength} characters: this has ${trimmed.length}.`
    : trimmed === ""
      ? emptyMessage
      : undefined;

  // Focus belongs to the document. The whole text is selected, since a new name is as likely as a changed one.
  useEffect(() => box.current?.select(), []);
  // For those outside who ask whether what stands here can be committed.
  useLayoutEffect(() => box.current?.setCustomValidity(refusal ?? ""), [refusal]);

  const end = (keepFocus: boolean) => {
    ended.current = true;
    onEnd(keepFocus);
  };
  const commit = (keepFocus: boolean) => {
    // What nobody typed into says nothing, also where the value is another one by now.
    if (text !== began && trimmed !== value) onCommit(trimmed);
    end(keepFocus);
  };

  return (
    <span className={joinClasses("relative -mx-1.5 inline-block max-w-full min-w-0", className)}>
      <input
        ref={box}
        type="text"
        aria-label={label}
        aria-invalid={refused || undefined}
        aria-describedby={refused ? errorId : undefined}
        autoComplete="off"
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setRefused(false);
        }}
        onKeyDown={(event) => {
          // Keys typed here are text, whatever shortcuts the page around has; Enter may be choosing a word of an IME.
          event.stopPropagation();
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") end(true);
          if (event.key !== "Enter") return;
          event.preventDefault();
          if (refusal !== undefined) setRefused(true);
          else commit(true);
        }}
        onBlur={() => {
          // Removing the box from the page blurs it too.
          if (ended.current) return;
          if (refusal === undefined) return commit(false);
          announce(refusal, "assertive");
          // An empty text is nothing to lose; a long one waits here to be shortened.
          if (isTooLong) setRefused(true);
          else end(false);
        }}
        className="field-sizing-content min-h-7 w-full max-w-full min-w-24 rounded-md border border-focus bg-surface px-[calc(0.375rem-1px)] focus-visible:outline-1 focus-visible:outline-offset-0 aria-invalid:border-danger aria-invalid:outline-danger pointer-coarse:min-h-10"
      />
      {refused && refusal !== undefined && (
        <span
          id={errorId}
          role="alert"
          className="absolute top-full left-0 z-20 mt-1 rounded-md bg-raised px-2 py-1 text-xs font-normal whitespace-nowrap text-danger shadow-float"
        >
          {refusal}
        </span>
      )}
    </span>
  );
}
