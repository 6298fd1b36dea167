import { type KeyboardEvent, useContext, useMemo, useState, useId } from "react";
import { RotateCcw, ChevronDown } from "lucide-react";
import type { StepFieldControlDescription, StepConfigFieldDescription } from "#contract/step-description.ts";
import type { JsonPath, JsonValue } from "#core/json/json.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { findInvalidInputOfField } from "#client/editor/session/find-step-save-error.ts";
import { type CodeFieldProps, CodeField } from "#client/ui/code/code-field.tsx";
import type { CodeLanguage } from "#client/ui/code/select-text-range.ts";
import { ReadOnlyReasonContext } from "#client/ui/fields/read-only-reason.ts";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { fieldLabelClasses } from "#client/ui/fields/field.tsx";
import { FieldNotes, joinFieldNoteIds } from "#client/ui/fields/field-notes.tsx";
import { Switch } from "#client/ui/controls/switch.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { ModelField } from "#client/flow/pickers/model-field.tsx";
import { ToolField } from "#client/flow/pickers/tool-field.tsx";
import { createConfigStepField, buildConfigFieldId } from "./config-step-field.ts";
import { canFieldControlShowValue, canFieldControlShowText, incrementNumberText } from "./field-text.ts";
import {
  type StepFieldState,
  type StepFieldControlProps,
  useStepForm,
  useStepField,
  buildStepFieldControlProps,
} from "./use-step-field.tsx";
import { toCodeEditorErrors } from "./field-problems.tsx";
import { LazyConditionField } from "./lazy-condition-field.tsx";
import { OutputField } from "./output-field.tsx";
import { EditableRowsField } from "./rows-field.tsx";

const JSON_CONTROL: StepFieldControlDescription = { type: "json" };

/** Renders a config field with the control of its description, or as JSON if that control cannot show the value. */
export function ConfigFormField({ field }: { readonly field: StepConfigFieldDescription }) {
  const openFlow = useOpenFlow();
  const { step } = useStepForm();
  const [described] = useState(() => createConfigStepField(field));
  const fits = canFieldControlShowValue(field.control, described.read(step));
  const [wasJson, setWasJson] = useState(() => {
    const invalidInput = findInvalidInputOfField(openFlow.getState(), step.key, described.id);
    return invalidInput !== undefined && !canFieldControlShowText(field.control, invalidInput.text);
  });
  // Stays a JSON editor while mounted, even if the value fits again: replacing the control would interrupt typing.
  if (!fits && !wasJson) setWasJson(true);
  const isJson = wasJson || !fits;
  const control = isJson ? JSON_CONTROL : field.control;
  const stepField = useMemo(
    () => (isJson ? createConfigStepField(field, JSON_CONTROL) : described),
    [field, described, isJson],
  );
  const path: JsonPath = ["config", ...stepField.path(step)];
  const bound = useStepField(stepField, path);
  return (
    <div
      data-field={stepField.id}
      data-path={path.join(".")}
      className={control.type === "number" ? "min-w-0" : "col-span-2 min-w-0"}
    >
      <FieldView field={field} control={control} bound={bound} path={path} />
    </div>
  );
}

type FieldViewProps = {
  readonly field: StepConfigFieldDescription;
  readonly control: StepFieldControlDescription;
  readonly bound: StepFieldState;
  readonly path: JsonPath;
};

function FieldView(props: FieldViewProps) {
  const { field, control, bound } = props;
  const texts = buildStepFieldControlProps(field, bound);
  switch (control.type) {
    case "text":
      if (control.suggests === "tools") return <ToolText {...props} />;
      if (control.templates) return <Code {...props} {...code.text} placeholder={control.placeholder} />;
      return <PlainText {...props} />;
    case "output":
      return (
        <OutputField id={buildConfigFieldId(field.path)} texts={texts} bound={bound} path={props.path} />
      );
    case "condition":
      return (
        <LazyConditionField
          texts={texts}
          bound={bound}
          path={props.path}
          size="short"
          isRequired={field.required}
        />
      );
    case "prompt":
    case "liquid":
    case "script":
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
      return <EditableRowsField texts={texts} control={control} bound={bound} path={props.path} />;
  }
}

function PlainText({ field, control, bound }: FieldViewProps) {
  return (
    <TextField
      {...buildStepFieldControlProps(field, bound)}
      value={bound.text}
      onChange={(event) => bound.change(event.target.value)}
      onBlur={bound.leave}
      dir="auto"
      placeholder={control.type === "text" ? control.placeholder : undefined}
    />
  );
}

/** A tool ID with suggestions, or a text editor with completions if the text contained `{{` on mount. */
function ToolText(props: FieldViewProps) {
  const { field, control, bound } = props;
  const [isTemplate] = useState(() => bound.text.includes("{{"));
  const placeholder = control.type === "text" ? control.placeholder : undefined;
  if (isTemplate) return <Code {...props} {...code.text} placeholder={placeholder} />;
  return (
    <ToolField
      {...buildStepFieldControlProps(field, bound)}
      value={bound.text}
      placeholder={placeholder}
      onValueChange={bound.change}
      onChoose={bound.leave}
      onBlur={bound.leave}
    />
  );
}

type CodeLook = Pick<CodeFieldProps, "size" | "numbered" | "mono"> & { readonly language: CodeLanguage };

const code = {
  text: { language: "template", size: "line" },
  prompt: { language: "template", size: "text" },
  liquid: { language: "liquid", size: "code" },
  script: { language: "script", size: "code", numbered: true },
  json: { language: "json", size: "short" },
  variable: { language: "name", size: "line", mono: true },
} as const satisfies Record<string, CodeLook>;

function Code(props: FieldViewProps & CodeLook & { readonly placeholder?: string | undefined }) {
  const { field, control, bound, path, language, size, numbered, mono, placeholder } = props;
  const { variables, namesAt } = useStepForm();
  const texts = buildStepFieldControlProps(field, bound);
  const broken = bound.error !== undefined && control.type === "json" ? parseJsonText(bound.text) : undefined;
  const marks =
    broken?.type === "broken"
      ? [{ from: broken.offset ?? 0, message: broken.message }]
      : toCodeEditorErrors(bound.problems, path);
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

function describeDefault({ default: value }: StepConfigFieldDescription): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

type NumberFieldProps = {
  readonly texts: StepFieldControlProps;
  readonly control: StepFieldControlDescription & { readonly type: "number" };
  readonly bound: StepFieldState;
  readonly fallback: JsonValue | undefined;
};

/** Edits a number as text, because a number input would discard invalid text. */
function NumberField({ texts, control, bound, fallback }: NumberFieldProps) {
  const incrementOnArrowKey = (event: KeyboardEvent) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = incrementNumberText(bound.text, direction, control);
    if (next === undefined) return;
    event.preventDefault();
    bound.change(next);
  };
  const unit = control.unit ? <span className="text-xs text-faint">{control.unit}</span> : undefined;
  return (
    <TextField
      {...texts}
      labelEnd={texts.labelEnd ?? unit}
      inputMode="decimal"
      value={bound.text}
      onChange={(event) => bound.change(event.target.value)}
      onBlur={bound.leave}
      onKeyDown={incrementOnArrowKey}
      placeholder={typeof fallback === "number" ? String(fallback) : undefined}
      className="[&_input]:tabular-nums"
    />
  );
}

type SwitchFieldProps = {
  readonly texts: StepFieldControlProps;
  readonly bound: StepFieldState;
  readonly fallback: JsonValue | undefined;
};

/** Edits an optional boolean. A switch that the user has not touched shows the default and stores no value. */
function SwitchField({ texts, bound, fallback }: SwitchFieldProps) {
  const id = useId();
  const readOnlyReason = useContext(ReadOnlyReasonContext);
  const isSet = bound.text !== "";
  const set = (text: string) => {
    bound.change(text);
    bound.leave();
  };
  return (
    <div className="flex items-start gap-3">
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className={fieldLabelClasses}>{texts.label}</span>
        <p id={id} className="text-xs text-muted">
          {texts.hint}
        </p>
        <FieldNotes notes={texts.notes} id={id} />
        {texts.warning && <p className="text-xs text-warning">{texts.warning}</p>}
      </div>
      <span className="flex items-center gap-2">
        {isSet ? (
          readOnlyReason === undefined && <ResetButton label={texts.label} onReset={() => set("")} />
        ) : (
          <span className="text-xs text-faint">Default</span>
        )}
        <Switch
          label={texts.label}
          disabledReason={readOnlyReason}
          aria-describedby={`${id} ${joinFieldNoteIds(texts.notes, id)} ${id}-reason`}
          checked={isSet ? bound.text === "true" : fallback === true}
          onCheckedChange={(checked) => set(String(checked))}
        />
        {/* `aria-describedby` overrides the `aria-description` of the switch, so it must include the reason. */}
        <span id={`${id}-reason`} hidden>
          {readOnlyReason}
        </span>
      </span>
    </div>
  );
}

/**
 * Resets a switch to its default by removing its key. The removal unmounts this button, so the focus moves to the
 * switch.
 */
function ResetButton({ label, onReset }: { readonly label: string; readonly onReset: () => void }) {
  return (
    <IconButton
      label={`Reset ${label}`}
      icon={RotateCcw}
      size="sm"
      onClick={(event) => {
        event.currentTarget.parentElement?.querySelector<HTMLElement>("[role=switch]")?.focus();
        onReset();
      }}
    />
  );
}

type ChoiceFieldProps = {
  readonly texts: StepFieldControlProps;
  readonly control: StepFieldControlDescription & { readonly type: "choice" };
  readonly bound: StepFieldState;
  readonly fallback: JsonValue | undefined;
};

function ChoiceField({ texts, control, bound, fallback }: ChoiceFieldProps) {
  const choose = (value: string) => {
    bound.change(value);
    bound.leave();
  };
  const { options } = control;
  const isReadOnly = useContext(ReadOnlyReasonContext) !== undefined;
  const values = useMemo(() => options.map(({ value }) => value), [options]);
  if (control.suggests === "models") {
    return (
      <ModelField
        {...texts}
        value={bound.text}
        fallback={values}
        onValueChange={bound.change}
        onChoose={bound.leave}
        onBlur={bound.leave}
      />
    );
  }
  if (control.open) {
    return (
      <div className="relative">
        <TextField
          {...texts}
          value={bound.text}
          onChange={(event) => bound.change(event.target.value)}
          onBlur={bound.leave}
          placeholder={typeof fallback === "string" ? fallback : undefined}
          className="[&_input]:pr-9"
          spellCheck={false}
        />
        {!isReadOnly && (
          <MenuButton
            label={`Suggestions for ${texts.label}`}
            icon={ChevronDown}
            size="sm"
            className="absolute top-[1.625rem] right-0.5 compact:top-5.5 compact:size-6! pointer-coarse:top-6 pointer-coarse:right-0"
            entries={() =>
              options.map(({ value, label }) => ({ type: "item", label, onSelect: () => choose(value) }))
            }
          />
        )}
      </div>
    );
  }
  const defaultLabel = options.find(({ value }) => value === fallback)?.label;
  const known = options.some(({ value }) => value === bound.text);
  return (
    <Select
      {...texts}
      value={bound.text}
      onChange={(event) => choose(event.target.value)}
      onBlur={bound.leave}
      options={[
        { value: "", label: defaultLabel === undefined ? "Default" : `Default (${defaultLabel})` },
        ...options,
        // Lists an unknown value as an option, so that the value stays visible.
        ...(known || bound.text === "" ? [] : [{ value: bound.text, label: bound.text }]),
      ]}
    />
  );
}
