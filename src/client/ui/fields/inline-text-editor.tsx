import { Pencil } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getDisabledReasonProps, getTooltipProps } from "#client/ui/overlays/tooltip.ts";

export type InlineTextEditorProps = {
  readonly label: string;
  readonly value: string;
  readonly onCommit: (value: string) => void;
  /** Error message for an empty text. If absent, an empty text is valid. */
  readonly emptyMessage?: string;
  /** A longer text is reported as an error instead of being truncated, so that the user can shorten a pasted text. */
  readonly maxLength?: number;
  /** Shown in place of a value without visible text. Defaults to the label. */
  readonly placeholder?: string;
  /** Whether the value has no visible text. Defaults to whether the value is empty. */
  readonly isBlank?: boolean;
  /** Controls the edit state, for callers that start the edit, for example from a menu. */
  readonly editing?: boolean;
  /** `keepFocus`: a key ended the edit, so the focus should stay at this text. */
  readonly onEditingChange?: (editing: boolean, keepFocus: boolean) => void;
  /** Replaces the default button, for example with a link. F2 on that element starts the edit. */
  readonly children?: ReactNode;
  readonly className?: string;
  /** Edits in a text area in which Shift+Enter starts a new line. Pass `children` to show several lines. */
  readonly isMultiline?: boolean;
  readonly disabledReason?: string | undefined;
};

/** Enter and blur commit the text, Escape cancels. Enter and Escape return the focus to the text. */
export function InlineTextEditor({
  children,
  className,
  editing,
  onEditingChange,
  isBlank,
  disabledReason,
  ...edit
}: InlineTextEditorProps) {
  const [ownEditing, setOwnEditing] = useState(false);
  const isEditing = editing ?? ownEditing;
  const refocus = useRef(false);

  const setEditing = (next: boolean, keepFocus = false) => {
    setOwnEditing(next);
    onEditingChange?.(next, keepFocus);
  };

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
  const isEmpty = isBlank ?? edit.value === "";
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "F2" || disabledReason !== undefined) return;
    event.preventDefault();
    setEditing(true);
  };
  const refocusDisplay = (display: HTMLElement | null) => {
    if (!display || !refocus.current) return;
    refocus.current = false;
    display.querySelector<HTMLElement>("a[href], button")?.focus();
  };
  return (
    <span ref={refocusDisplay} role="presentation" onKeyDown={onKeyDown} className="contents">
      {children ?? (
        <button
          type="button"
          {...(disabledReason === undefined
            ? getTooltipProps(edit.value, { whenTruncated: true })
            : getDisabledReasonProps(disabledReason))}
          aria-keyshortcuts="F2"
          onClick={() => disabledReason === undefined && setEditing(true)}
          className={joinClasses(
            "group -mx-1.5 inline-flex min-h-7 max-w-[calc(100%+0.75rem)] min-w-0 items-center gap-1.5 rounded-md px-1.5 text-left not-aria-disabled:hover:bg-hover",
            className,
          )}
        >
          <span dir="auto" className={joinClasses("truncate", isEmpty && "text-faint")}>
            {isEmpty ? edit.placeholder || edit.label : edit.value}
          </span>
          <Pencil className="size-3.5 shrink-0 text-faint opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100 group-aria-disabled:hidden" />
        </button>
      )}
    </span>
  );
}

const commits = new WeakMap<Element, () => boolean>();

/** Commits the text box like Enter. Returns false if the text is invalid, so that the box stays open. */
export function commitInlineTextEditor(box: Element): boolean {
  return commits.get(box)?.() ?? true;
}

type InlineTextBoxProps = Omit<InlineTextEditorProps, "children" | "editing" | "onEditingChange"> & {
  readonly onEnd: (keepFocus: boolean) => void;
};

function InlineTextBox(props: InlineTextBoxProps) {
  const { label, value, onCommit, onEnd, emptyMessage, maxLength, placeholder, className } = props;
  const Box = props.isMultiline === true ? "textarea" : "input";
  const [initialValue] = useState(value);
  const [text, setText] = useState(initialValue);
  const [isErrorShown, setErrorShown] = useState(false);
  const errorId = useId();
  const ended = useRef(false);
  const trimmed = text.trim();
  const isTooLong = maxLength !== undefined && trimmed.length > maxLength;
  const error = isTooLong
    ? `At most ${maxLength} characters (now ${trimmed.length}).`
    : trimmed === ""
      ? emptyMessage
      : undefined;

  const end = (keepFocus: boolean) => {
    ended.current = true;
    onEnd(keepFocus);
  };
  const commit = (keepFocus: boolean) => {
    // The value may have changed since the edit began: an unchanged text would revert that.
    if (text !== initialValue && trimmed !== value) onCommit(trimmed);
    end(keepFocus);
  };
  const tryCommit = (): boolean => {
    if (error !== undefined) setErrorShown(true);
    else commit(true);
    return error === undefined;
  };

  return (
    <span
      className={joinClasses("relative -mx-1.5 inline-block max-w-[calc(100%+0.75rem)] min-w-0", className)}
    >
      <Box
        ref={(element: HTMLInputElement & HTMLTextAreaElement) => {
          if (!element) return;
          if (!commits.has(element)) element.select();
          commits.set(element, tryCommit);
        }}
        {...(Box === "input" && { type: "text" })}
        dir="auto"
        aria-label={label}
        aria-invalid={isErrorShown || undefined}
        aria-describedby={isErrorShown ? errorId : undefined}
        autoComplete="off"
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setErrorShown(false);
        }}
        onKeyDown={(event) => {
          // Typing must trigger no shortcut. During composition, Enter belongs to the input method.
          event.stopPropagation();
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") end(true);
          if (event.key !== "Enter" || (Box === "textarea" && event.shiftKey)) return;
          event.preventDefault();
          tryCommit();
        }}
        onBlur={() => {
          // Ignores the blur that unmounting the text box triggers, because the edit has already ended.
          if (ended.current) return;
          if (error === undefined) return commit(false);
          announceToScreenReaders(error, "assertive");
          // A text that is too long stays open to be shortened; an empty text is discarded.
          if (isTooLong) setErrorShown(true);
          else end(false);
        }}
        className="field-sizing-content min-h-7 w-full max-w-full min-w-24 rounded-md border border-focus bg-surface px-[calc(0.375rem-1px)] focus-visible:outline-1 focus-visible:outline-offset-0 aria-invalid:border-danger aria-invalid:outline-danger pointer-coarse:min-h-10"
      />
      {isErrorShown && error !== undefined && (
        <span
          id={errorId}
          role="alert"
          className="absolute top-full left-0 z-20 mt-1 rounded-md bg-raised px-2 py-1 text-xs font-normal whitespace-nowrap text-danger shadow-float"
        >
          {error}
        </span>
      )}
    </span>
  );
}
