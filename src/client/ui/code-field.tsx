import { type MouseEvent } from "react";
import type { CodeEditorProps } from "./code-editor.tsx";
import { Field, type FieldText } from "./field.tsx";
import { joinClasses } from "./join-classes.ts";
import { lazyPart } from "./lazy-part.tsx";
import { VisuallyHidden } from "./visually-hidden.tsx";

const CodeEditor = lazyPart(async () => (await import("./code-editor.tsx")).CodeEditor, {
  fallback: StillText,
});

export type CodeFieldProps = FieldText &
  Omit<CodeEditorProps, "label" | "describedBy" | "invalid"> & {
    /** `line` is as high as a text field; `text` and `code` grow with their text up to a limit; `page` has none. */
    readonly size: "line" | "text" | "code" | "page";
    /** A line of code rather than prose. */
    readonly mono?: boolean;
    readonly className?: string;
  };

/** A code editor with the label, hint and error of any other field. Its code comes when the first one is shown. */
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
  // A label cannot be tied to an element that is edited as CodeMirror's is: it names it by aria-label instead.
  const focusFromLabel = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target instanceof HTMLLabelElement)) return;
    event.currentTarget.querySelector<HTMLElement>(".cm-content")?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div onClick={focusFromLabel} className="min-w-0">
      <Field {...{ label, labelHidden, labelEnd, hint, error, errorAction, warning, notes, className }}>
        {(control) => (
          <div
            className={joinClasses(
              box,
              sizes[size],
              mono && "font-mono",
              error ? "border-danger" : "border-line-strong hover:border-muted",
              editor.readOnly && "bg-sunken",
            )}
          >
            <CodeEditor
              {...editor}
              label={label}
              singleLine={size === "line"}
              describedBy={control["aria-describedby"]}
              invalid={error !== undefined}
            />
          </div>
        )}
      </Field>
    </div>
  );
}

const box =
  "min-w-0 overflow-hidden rounded-md border bg-surface text-sm transition-colors focus-within:border-focus focus-within:outline-1 focus-within:outline-focus pointer-coarse:text-lg";

const sizes = {
  line: "min-h-8 max-h-32 pointer-coarse:min-h-10",
  text: "max-h-96 [&_.cm-content]:min-h-18!",
  code: "max-h-96 font-mono text-xs/5 [&_.cm-content]:min-h-18!",
  page: "font-mono text-xs/5 [&_.cm-content]:min-h-32!",
} as const;

/** The text stands where the editor will be, in the same measures: nothing jumps when it comes. */
function StillText({ label, text, placeholder, singleLine }: CodeEditorProps) {
  return (
    <div aria-busy="true" className="max-h-[inherit] overflow-hidden">
      <VisuallyHidden>Loading {label}</VisuallyHidden>
      <div
        aria-hidden="true"
        className={joinClasses(
          "px-2.5 py-[0.3125rem] break-words whitespace-pre-wrap",
          text === "" && "text-faint",
          !singleLine && "min-h-18",
        )}
      >
        {text.slice(0, 2000) || placeholder || " "}
      </div>
    </div>
  );
}
