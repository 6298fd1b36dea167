import { type MouseEvent } from "react";
import type { CodeEditorProps } from "./code-editor.tsx";
import { FormField, type FormFieldMessageProps } from "#client/ui/fields/field.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { createLazyComponent } from "#client/ui/hooks/lazy-part.tsx";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";

const CodeEditor = createLazyComponent(async () => (await import("./code-editor.tsx")).CodeEditor, {
  fallback: TextWhileLoading,
});

export type CodeFieldProps = FormFieldMessageProps &
  Omit<CodeEditorProps, "label" | "describedBy" | "invalid"> & {
    /**
     * Height of the editor. `line` starts as high as a text field, `short`, `text` and `code` start with several
     * lines. All four grow with their text up to a maximum; `page` grows without a maximum.
     */
    readonly size: "line" | "text" | "code" | "short" | "page";
    readonly mono?: boolean;
    readonly className?: string;
  };

export function CodeField(props: CodeFieldProps) {
  const {
    label,
    labelHidden,
    labelEnd,
    hint,
    error,
    errorAction,
    warning,
    notes,
    size,
    mono,
    className,
    ...editor
  } = props;
  // A `<label>` cannot be associated with CodeMirror's editable element, so a click on the label sets the focus here.
  const focusFromLabel = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target instanceof HTMLLabelElement)) return;
    event.currentTarget.querySelector<HTMLElement>(".cm-content")?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div onClick={focusFromLabel} className="min-w-0">
      <FormField {...{ label, labelHidden, labelEnd, hint, error, errorAction, warning, notes, className }}>
        {(control) => (
          <div
            className={joinClasses(
              box,
              sizes[size],
              mono && "font-mono",
              error ? "border-danger" : "border-line-strong hover:border-muted",
              editor.readOnly || control.readOnly ? "bg-sunken" : "bg-surface",
            )}
          >
            <CodeEditor
              {...editor}
              {...(control.readOnly && { readOnly: true })}
              label={label}
              singleLine={size === "line"}
              describedBy={control["aria-describedby"]}
              invalid={error !== undefined}
            />
          </div>
        )}
      </FormField>
    </div>
  );
}

const box =
  "min-w-0 overflow-hidden rounded-md border text-sm transition-colors focus-within:border-focus focus-within:outline-1 focus-within:outline-focus pointer-coarse:text-lg";

const sizes = {
  line: "min-h-8 max-h-32 compact:min-h-7 compact:[&_.cm-content]:py-[0.1875rem]! pointer-coarse:min-h-10 pointer-coarse:[&_.cm-content]:py-[0.4375rem]!",
  text: "max-h-96 [&_.cm-content]:min-h-18!",
  code: "max-h-96 font-mono text-xs/5 [&_.cm-content]:min-h-18!",
  short: "max-h-96 font-mono text-xs/5 [&_.cm-content]:min-h-11! [&_[aria-busy]>div]:min-h-11!",
  page: "font-mono text-xs/5 [&_.cm-content]:min-h-32!",
} as const;

/** Shows the text with the editor's metrics while CodeMirror loads, so that the layout does not shift. */
function TextWhileLoading({ label, text, placeholder, singleLine }: CodeEditorProps) {
  return (
    <div aria-busy="true" className="max-h-[inherit] overflow-hidden">
      <VisuallyHidden>Loading {label}</VisuallyHidden>
      <div
        aria-hidden="true"
        className={joinClasses(
          "px-2.5 py-[0.3125rem] break-words whitespace-pre-wrap",
          text === "" && "text-faint",
          singleLine ? "compact:py-[0.1875rem] pointer-coarse:py-[0.4375rem]" : "min-h-18",
        )}
      >
        {text.slice(0, 2000) || placeholder || " "}
      </div>
    </div>
  );
}
