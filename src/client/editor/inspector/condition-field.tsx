import { useId, useMemo, useState } from "react";
import { type Condition, parseCondition } from "#core/conditions/parse-condition.ts";
import type { JsonPath } from "#core/json/json.ts";
import { CodeField, type CodeFieldProps } from "#client/ui/code/code-field.tsx";
import { FieldTabs } from "#client/ui/fields/field-tabs.tsx";
import { ConditionRows } from "./condition-rows.tsx";
import { toCodeEditorErrors } from "./field-problems.tsx";
import { type StepFieldControlProps, type StepFieldState, useStepForm } from "./use-step-field.tsx";

const MODES = [
  { id: "fields", label: "Fields" },
  { id: "expression", label: "Expression" },
] as const;
type Mode = (typeof MODES)[number]["id"];

/** The user's last choice, for fields that are shown later. */
let chosenMode: Mode = "fields";

export type ConditionFieldProps = {
  readonly texts: StepFieldControlProps;
  readonly bound: StepFieldState;
  readonly path: JsonPath;
  readonly size: CodeFieldProps["size"];
  readonly isRequired?: boolean;
  readonly fieldsHint?: string;
};

/** Edits a condition as rows or as JavaScript. A condition that does not fit rows is an expression. */
export function ConditionField({ texts, bound, path, size, isRequired, fieldsHint }: ConditionFieldProps) {
  const { variables, namesAt } = useStepForm();
  const condition = useMemo(() => parseRows(bound.text), [bound.text]);
  // Invalid input is shown as it was typed.
  const [wanted, setWanted] = useState(bound.errorAction ? "expression" : chosenMode);
  const [isExplained, setExplained] = useState(false);
  // Stays an expression while it is edited, even if it fits rows again: replacing the control would interrupt typing.
  if (!condition && wanted === "fields") setWanted("expression");
  const select = (mode: Mode) => {
    if (mode === "fields" && !condition) return setExplained(true);
    setExplained(false);
    setWanted(mode);
    chosenMode = mode;
  };
  const mode = condition ? wanted : "expression";
  const fieldId = useId();
  const labelEnd = (
    <span className="flex items-center gap-3">
      {texts.labelEnd}
      <FieldTabs
        fieldId={fieldId}
        label={`${texts.label} as`}
        tabs={MODES}
        selected={mode}
        onSelect={select}
        blockedReason={condition ? undefined : NOT_ROWS}
      />
    </span>
  );
  if (condition && mode === "fields") {
    return (
      <ConditionRows
        {...texts}
        labelEnd={labelEnd}
        hint={fieldsHint}
        text={bound.text}
        condition={condition}
        isRequired={isRequired ?? false}
        variables={variables}
        onChange={bound.change}
        onLeave={bound.leave}
      />
    );
  }
  return (
    <CodeField
      {...texts}
      labelEnd={labelEnd}
      hint={!condition && isExplained ? NOT_ROWS : texts.hint}
      language="expression"
      size={size}
      mono
      text={bound.text}
      onChange={bound.change}
      onBlur={bound.leave}
      completions={variables}
      names={namesAt(path)}
      faults={toCodeEditorErrors(bound.problems, path)}
    />
  );
}

/** A text field of one line would remove the line breaks of a value. */
function parseRows(text: string): Condition | undefined {
  const condition = parseCondition(text);
  return condition?.rows.some(({ value }) => /[\n\r]/.test(value?.text ?? "")) ? undefined : condition;
}

const NOT_ROWS = "This condition can’t be shown as fields.";
