import { type MouseEvent, useContext, useRef } from "react";
import type { CodeEditorProps } from "./code-editor.tsx";
import { type CodeLanguage, selectTextRange } from "./select-text-range.ts";
import { ExpandButton, InsertVariableButton } from "./insert-variable-button.tsx";
import { FormField, type FormFieldMessageProps, splitFieldProps } from "#client/ui/fields/field.tsx";
import { ReadOnlyReasonContext } from "#client/ui/fields/read-only-reason.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";

const CodeEditor = createLazyComponent(async () => (await import("./code-editor.tsx")).CodeEditor, {
  fallback: TextWhileLoading,
});

export type CodeFieldProps = FormFieldMessageProps &
  Omit<CodeEditorProps, "label" | "describedBy" | "invalid"> & {
    /** All but `page` and `full` grow with their text up to a maximum; `full` fills a dialog. */
    readonly size: keyof typeof sizes;
    readonly mono?: boolean;
    readonly className?: string;
  };

export function CodeField(props: CodeFieldProps) {
  const [message, { size, mono, className, ...editor }] = splitFieldProps(props);
  const { label, labelEnd, error } = message;
  const field = useRef<HTMLDivElement>(null);
  const isVisited = useRef(false);
  const findEditor = () => field.current?.querySelector<HTMLElement>(".cm-content") ?? null;
  const { completions, readOnly, text, language } = editor;
  const isIcon = size === "line";
  const isViewOnly = useContext(ReadOnlyReasonContext) !== undefined;
  const insertButton = completions && !readOnly && !isViewOnly && TEMPLATED.has(language) && (
    <InsertVariableButton
      label={label}
      language={language}
      isIcon={isIcon}
      findEditor={findEditor}
      names={completions}
      onOpen={() => {
        const control = findEditor();
        // Inserts at the end of a text in which the user has not yet placed the caret.
        if (control && !isVisited.current) selectTextRange(control, text.length, text.length);
      }}
    />
  );
  const expandButton = completions && !readOnly && EXPANDABLE.has(size) && (
    <ExpandButton label={label} findEditor={findEditor}>
      <CodeField {...props} size="full" labelHidden mono={mono === true || size !== "text"} />
    </ExpandButton>
  );
  const end =
    (insertButton && !isIcon) || expandButton ? (
      <span className="flex shrink-0 items-center gap-1">
        {labelEnd}
        {!isIcon && insertButton}
        {expandButton}
      </span>
    ) : (
      labelEnd
    );
  // A `<label>` cannot be associated with CodeMirror's editable element, so a click on the label sets the focus here.
  const focusFromLabel = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target instanceof HTMLLabelElement)) return;
    findEditor()?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div
      ref={field}
      onClick={focusFromLabel}
      onFocus={({ target }) => {
        if (target === findEditor()) isVisited.current = true;
      }}
      className="min-w-0"
    >
      <FormField {...message} labelEnd={end} className={className}>
        {(control) => (
          <div
            className={joinClasses(
              box,
              sizes[size],
              insertButton && isIcon && "relative [&_.cm-line]:pr-8! pointer-coarse:[&_.cm-line]:pr-10!",
              mono && "font-mono",
              error ? "border-danger" : "border-line-strong hover:border-muted",
              editor.readOnly || control.readOnly ? "bg-sunken" : "bg-surface",
            )}
          >
            <CodeEditor
              {...editor}
              {...(control.readOnly && { readOnly: true })}
              label={label}
              singleLine={isIcon}
              describedBy={control["aria-describedby"]}
              invalid={error !== undefined}
            />
            {isIcon && insertButton}
          </div>
        )}
      </FormField>
    </div>
  );
}

/** Languages in which a variable stands between braces. */
const TEMPLATED: ReadonlySet<CodeLanguage> = new Set(["template", "liquid", "json"]);

const EXPANDABLE: ReadonlySet<CodeFieldProps["size"]> = new Set(["text", "code"]);

const box =
  "min-w-0 overflow-hidden rounded-md border text-sm transition-colors focus-within:border-focus focus-within:outline-1 focus-within:outline-focus pointer-coarse:text-lg";

const sizes = {
  line: "min-h-8 max-h-32 compact:min-h-7 compact:[&_.cm-content]:py-[0.1875rem]! pointer-coarse:min-h-10 pointer-coarse:[&_.cm-content]:py-[0.4375rem]!",
  text: "max-h-96 [&_.cm-content]:min-h-18!",
  code: "max-h-96 font-mono text-xs/5 [&_.cm-content]:min-h-18!",
  short: "max-h-96 font-mono text-xs/5 [&_.cm-content]:min-h-11! [&_[aria-busy]>div]:min-h-11!",
  full: "max-h-[65dvh] [&_.cm-content]:min-h-[50dvh]!",
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
