import type { FieldControl, FieldDescription } from "#contract/step-description.ts";
import type { JsonPath } from "#core/json.ts";
import { CodeField, type CodeFieldProps } from "#client/ui/code-field.tsx";
import type { CodeLanguage } from "#client/ui/code-language.ts";
import { TextField } from "#client/ui/text-field.tsx";
import { ChoiceField } from "./choice-field.tsx";
import { fieldId } from "./config-step-field.ts";
import { toCodeFaults } from "./field-problems.tsx";
import { NumberField } from "./number-field.tsx";
import { OutputField } from "./output-field.tsx";
import { parseJsonText } from "#core/parse-json-text.ts";
import { RowsField } from "./rows-field.tsx";
import { useStepForm } from "./step-form-context.ts";
import { SwitchField } from "./switch-field.tsx";
import type { BoundField } from "./use-step-field.tsx";

export type FieldViewProps = {
  readonly field: FieldDescription;
  /** The described control, or another that can show the value. */
  readonly control: FieldControl;
  readonly bound: BoundField;
  /** Where the value is in the step. */
  readonly path: JsonPath;
};

/** A field in the control of its kind. */
export function FieldView(props: FieldViewProps) {
  const { field, control, bound } = props;
  const texts = describeField(field, bound);
  switch (control.type) {
    case "text":
      if (control.templates) return <Code {...props} {...code.text} placeholder={control.placeholder} />;
      return <PlainText {...props} />;
    case "output":
      return <OutputField id={fieldId(field.path)} texts={texts} bound={bound} path={props.path} />;
    case "prompt":
    case "liquid":
    case "script":
    case "condition":
    case "json":
    case "variable":
      return <Code {...props} {...code[control.type]} />;
    case "number":
      return <NumberField texts={texts} control={control} bound={bound} fallback={field.default} />;
    case "switch":
      return <SwitchField texts={texts} bound={bound} fallback={field.default} />;
    case "choice":
      return <ChoiceField texts={texts} control={control} bound={bound} fallback={field.default} />;
    case "pairs":
    case "texts":
      return <RowsField texts={texts} control={control} bound={bound} path={props.path} />;
  }
}

export type FieldTexts = ReturnType<typeof describeField>;

function describeField({ label, help, required }: FieldDescription, bound: BoundField) {
  const { text, error, errorAction, warning, notes } = bound;
  return {
    label,
    hint: help,
    error,
    errorAction,
    warning,
    notes,
    labelEnd: required && text === "" ? <span className="text-xs text-faint">Required</span> : undefined,
  };
}

function PlainText({ field, control, bound }: FieldViewProps) {
  return (
    <TextField
      {...describeField(field, bound)}
      value={bound.text}
      onChange={(event) => bound.change(event.target.value)}
      onBlur={bound.leave}
      dir="auto"
      placeholder={control.type === "text" ? control.placeholder : undefined}
    />
  );
}

type CodeLook = Pick<CodeFieldProps, "size" | "numbered" | "mono"> & { readonly language: CodeLanguage };

const code = {
  text: { language: "template", size: "line" },
  prompt: { language: "template", size: "text" },
  liquid: { language: "liquid", size: "code" },
  script: { language: "script", size: "code", numbered: true },
  condition: { language: "expression", size: "code" },
  json: { language: "json", size: "code" },
  variable: { language: "name", size: "line", mono: true },
} as const satisfies Record<string, CodeLook>;

function Code(props: FieldViewProps & CodeLook & { readonly placeholder?: string | undefined }) {
  const { field, control, bound, path, language, size, numbered, mono, placeholder } = props;
  const { variables, namesAt } = useStepForm();
  const texts = describeField(field, bound);
  const broken = bound.error !== undefined && control.type === "json" ? parseJsonText(bound.text) : undefined;
  const marks =
    broken?.type === "broken"
      ? [{ from: broken.offset ?? 0, message: broken.message }]
      : toCodeFaults(bound.problems, path);
  return (
    <CodeField
      {...texts}
      language={language}
      size={size}
      {...(numbered && { numbered })}
      {...(mono && { mono })}
      placeholder={placeholder ?? describeDefault(field)}
      text={bound.text}
      onChange={bound.change}
      onBlur={bound.leave}
      completions={variables}
      names={namesAt(path)}
      faults={marks}
    />
  );
}

function describeDefault({ default: value }: FieldDescription): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
