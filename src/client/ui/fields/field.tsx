import { CircleAlert, TriangleAlert } from "lucide-react";
import { type ReactNode, useContext, useId } from "react";
import { type FieldNote, FieldNotes, joinFieldNoteIds } from "./field-notes.tsx";
import { ReadOnlyReasonContext } from "./read-only-reason.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";

export type FormFieldMessageProps = {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly errorAction?: ReactNode;
  readonly warning?: string | undefined;
  readonly notes?: readonly FieldNote[] | undefined;
  readonly labelEnd?: ReactNode;
  readonly labelHidden?: boolean;
};

/** Separates what {@link FormField} draws from the properties of the control. */
export function splitFieldProps<Props extends FormFieldMessageProps>(props: Props) {
  const { label, labelHidden, labelEnd, hint, error, errorAction, warning, notes, ...control } = props;
  return [{ label, labelHidden, labelEnd, hint, error, errorAction, warning, notes }, control] as const;
}

type ControlProps = {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
  readonly readOnly?: true;
};

type FieldProps = FormFieldMessageProps & {
  readonly className?: string | undefined;
  readonly children: (control: ControlProps) => ReactNode;
};

/** Renders a label, hint and error around a control. Spread the argument of `children` onto the control. */
export function FormField(props: FieldProps) {
  const { label, labelHidden, labelEnd, hint, error, errorAction, warning, notes } = props;
  const { className, children } = props;
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const warningId = warning ? `${id}-warning` : undefined;
  const isReadOnly = useContext(ReadOnlyReasonContext) !== undefined;
  const labelText = (
    <label htmlFor={id} className={labelHidden ? "sr-only" : fieldLabelClasses}>
      {label}
    </label>
  );
  return (
    <div className={joinClasses("flex min-w-0 flex-col gap-1", className)}>
      {labelEnd === undefined ? (
        labelText
      ) : (
        <div className="flex min-h-5 items-center compact:min-h-4 justify-between gap-2">
          {labelText}
          {labelEnd}
        </div>
      )}
      {children({
        id,
        "aria-describedby":
          [errorId, warningId, joinFieldNoteIds(notes, id), hintId].filter(Boolean).join(" ") || undefined,
        "aria-invalid": error ? true : undefined,
        ...(isReadOnly && { readOnly: true }),
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

export const fieldLabelClasses = "min-w-0 text-sm font-medium break-words compact:text-xs compact:text-muted";

export const fieldHeightClasses = "h-8 compact:h-7 pointer-coarse:h-10";

/** 16 px on touch screens, because iOS zooms in on smaller fields. */
export const textBoxClasses =
  "w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink transition-colors hover:border-muted aria-invalid:border-danger aria-invalid:outline-danger disabled:bg-sunken disabled:text-muted [&[readonly]]:bg-sunken pointer-coarse:text-lg focus-visible:border-focus focus-visible:outline-offset-0 focus-visible:outline-1";
