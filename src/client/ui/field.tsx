import { CircleAlert, TriangleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { type FieldNote, FieldNotes, noteIds } from "./field-notes.tsx";
import { joinClasses } from "./join-classes.ts";

export type FieldText = {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Beside the error: what does away with it. */
  readonly errorAction?: ReactNode;
  /** Said of a value that is taken all the same. */
  readonly warning?: string | undefined;
  /** What else there is to know of the value, each with what can be done about it. */
  readonly notes?: readonly FieldNote[] | undefined;
  /** At the end of the label's line. */
  readonly labelEnd?: ReactNode;
  /** For a field whose place already shows what it is; the label stays for screen readers. */
  readonly labelHidden?: boolean;
};

type ControlProps = {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
};

type FieldProps = FieldText & {
  readonly className?: string | undefined;
  readonly children: (control: ControlProps) => ReactNode;
};

/** Label, hint and error around any control; the control gets the ids that tie them together. */
export function Field(props: FieldProps) {
  const { label, labelHidden, labelEnd, hint, error, errorAction, warning, notes } = props;
  const { className, children } = props;
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const warningId = warning ? `${id}-warning` : undefined;
  const labelText = (
    <label htmlFor={id} className={labelHidden ? "sr-only" : "min-w-0 text-sm font-medium break-words"}>
      {label}
    </label>
  );
  return (
    <div className={joinClasses("flex min-w-0 flex-col gap-1", className)}>
      {labelEnd === undefined ? (
        labelText
      ) : (
        <div className="flex min-h-5 items-center justify-between gap-2">
          {labelText}
          {labelEnd}
        </div>
      )}
      {children({
        id,
        "aria-describedby":
          [errorId, warningId, noteIds(notes, id), hintId].filter(Boolean).join(" ") || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {error && (
        <div className="flex items-start justify-between gap-2 text-xs text-danger">
          <p id={errorId} className="flex min-w-0 items-start gap-1">
            <CircleAlert className="mt-px size-3.5 shrink-0" />
            <span className="min-w-0 break-words">{error}</span>
          </p>
          {errorAction}
        </div>
      )}
      {warning && (
        <p id={warningId} className="flex items-start gap-1 text-xs text-warning">
          <TriangleAlert className="mt-px size-3.5 shrink-0" />
          <span className="min-w-0 break-words">{warning}</span>
        </p>
      )}
      <FieldNotes notes={notes} id={id} />
      {hint && (
        <p id={hintId} className="text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

/** The box that text fields, text areas and selects share. Text is 16 px under fingers, or iOS zooms the page. */
export const fieldBox =
  "w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink transition-colors hover:border-muted aria-invalid:border-danger disabled:bg-sunken disabled:text-muted [&[readonly]]:bg-sunken pointer-coarse:text-lg focus-visible:border-focus focus-visible:outline-offset-0 focus-visible:outline-1";
