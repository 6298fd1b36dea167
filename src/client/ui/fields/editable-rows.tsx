import { Plus, X } from "lucide-react";
import { type ReactNode, useContext, useId, useRef } from "react";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { type FormFieldMessageProps, fieldLabelClasses } from "./field.tsx";
import { FieldNotes } from "./field-notes.tsx";
import { ReadOnlyReasonContext } from "./read-only-reason.ts";

type EditableRowsProps = FormFieldMessageProps & {
  /** Names a row in the labels of the buttons. */
  readonly noun: string;
  readonly items: readonly ReactNode[];
  readonly onAdd: () => void;
  readonly onRemove: (index: number) => void;
  readonly onLeave?: () => void;
  readonly isReadOnly?: boolean;
  readonly children?: ReactNode;
};

export function EditableRows(props: EditableRowsProps) {
  const { noun, items, onAdd, onRemove, onLeave, isReadOnly = false, children } = props;
  const { label, labelEnd, hint, error, errorAction, warning, notes } = props;
  const id = useId();
  const disabledReason = useContext(ReadOnlyReasonContext);
  const group = useRef<HTMLDivElement>(null);

  // A new row is not rendered yet, and removing a row unmounts the focused element.
  const focusRow = (index: number) =>
    requestFocusWhenRendered(() => {
      const row = group.current?.querySelectorAll<HTMLElement>("[data-row]")[index];
      return row?.querySelector("input") ?? group.current?.querySelector<HTMLElement>("[data-add]");
    });

  return (
    <div
      ref={group}
      role="group"
      aria-labelledby={id}
      aria-describedby={`${id}-notes`}
      className="flex flex-col gap-1"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onLeave?.();
      }}
    >
      <div className="flex items-center justify-between gap-2">
        <span id={id} className={fieldLabelClasses}>
          {label}
        </span>
        {labelEnd}
      </div>
      {children}
      {items.map((item, index) => (
        <div key={index} data-row="" className="flex items-start gap-1.5">
          {item}
          {!isReadOnly && (
            <IconButton
              label={`Remove ${noun} ${index + 1}`}
              icon={X}
              size="sm"
              disabledReason={disabledReason}
              className="-mr-1.5 pointer-coarse:size-10"
              onClick={() => {
                onRemove(index);
                focusRow(Math.min(index, items.length - 2));
              }}
            />
          )}
        </div>
      ))}
      {!isReadOnly && (
        <Button
          size="sm"
          variant="ghost"
          icon={Plus}
          data-add=""
          disabledReason={disabledReason}
          className="-ml-1.5 self-start"
          onClick={() => {
            onAdd();
            focusRow(items.length);
          }}
        >
          Add {noun.toLowerCase()}
        </Button>
      )}
      <div id={`${id}-notes`} className="flex flex-col gap-1 text-xs">
        {error && (
          <div className="flex items-start justify-between gap-2 text-danger">
            <p className="min-w-0 break-words">{error}</p>
            {errorAction}
          </div>
        )}
        {warning && <p className="text-warning">{warning}</p>}
        <FieldNotes notes={notes} id={id} />
        {hint && <p className="text-muted">{hint}</p>}
      </div>
    </div>
  );
}
