import { useState } from "react";
import type { ConditionComparison, ConditionRow } from "#core/conditions/condition.ts";
import { describeOperand, formatOperand } from "#core/conditions/operand.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { SuggestionField } from "#client/ui/fields/suggestion-field.tsx";
import type { Suggestion } from "#client/ui/fields/filter-suggestions.ts";
import { TextField } from "#client/ui/fields/text-field.tsx";
import {
  type ConditionValueChoice,
  getShownValueType,
  readTypedValue,
  withComparison,
  withValueType,
} from "./condition-values.ts";

type ConditionRowFieldsProps = {
  readonly name: string;
  readonly row: ConditionRow;
  /** Whether the row is not in the condition yet, so that nothing is missing in it. */
  readonly isBlank: boolean;
  readonly suggestions: readonly Suggestion[];
  readonly onChange: (row: ConditionRow) => void;
};

const COMPARISONS: readonly { readonly value: ConditionComparison; readonly label: string }[] = [
  { value: "is", label: "is" },
  { value: "isNot", label: "is not" },
  { value: "greater", label: "is greater than" },
  { value: "atLeast", label: "is at least" },
  { value: "less", label: "is less than" },
  { value: "atMost", label: "is at most" },
  { value: "contains", label: "contains" },
  { value: "notContains", label: "does not contain" },
  { value: "startsWith", label: "starts with" },
  { value: "endsWith", label: "ends with" },
  { value: "isEmpty", label: "is empty" },
  { value: "isNotEmpty", label: "is not empty" },
  { value: "isTrue", label: "is true" },
  { value: "isFalse", label: "is false" },
  { value: "exists", label: "exists" },
  { value: "notExists", label: "does not exist" },
  { value: "truthy", label: "is truthy" },
  { value: "falsy", label: "is falsy" },
];

const VALUE_TYPES: readonly { readonly value: ConditionValueChoice; readonly label: string }[] = [
  { value: "text", label: "Text" },
  { value: "number", label: "Number" },
  { value: "variable", label: "Variable" },
  { value: "true", label: "True" },
  { value: "false", label: "False" },
  { value: "null", label: "Null" },
];

export function ConditionRowFields({ name, row, isBlank, suggestions, onChange }: ConditionRowFieldsProps) {
  /** The type that the user chose; without a choice, digits are a number. */
  const [chosen, setChosen] = useState<ConditionValueChoice>();
  const { field, comparison, value } = row;
  const type = value && getShownValueType(row, chosen);
  const valueError = value?.type === "missing" && !isBlank ? "Enter a value." : undefined;
  const changeValue = (text: string) => onChange({ ...row, value: readTypedValue(row, text, chosen) });
  const valueProps = {
    label: `${name}: value`,
    labelHidden: true,
    error: valueError,
    className: "flex-1",
  };
  return (
    <div className="flex min-w-0 flex-1 flex-wrap gap-1.5 pb-2">
      <div className={PAIR}>
        <SuggestionField
          label={`${name}: field`}
          labelHidden
          className="flex-1"
          placeholder="Field"
          noun="variable"
          suggestions={suggestions}
          value={describeOperand(field)}
          error={field === "" && !isBlank ? "Choose a field." : undefined}
          onValueChange={(text) => onChange({ ...row, field: formatOperand(text) })}
        />
        <Select
          label={`${name}: comparison`}
          labelHidden
          className="flex-1"
          options={COMPARISONS}
          value={comparison}
          onChange={({ target }) => onChange(withComparison(row, target.value as ConditionComparison))}
        />
      </div>
      {type && (
        <div className={PAIR}>
          {type === "variable" && (
            <SuggestionField
              {...valueProps}
              placeholder="Variable"
              noun="variable"
              suggestions={suggestions}
              value={describeOperand(value?.text ?? "")}
              onValueChange={changeValue}
            />
          )}
          {(type === "text" || type === "number") && (
            <TextField
              {...valueProps}
              dir="auto"
              placeholder={type === "text" ? "Empty text" : "Number"}
              value={value?.text ?? ""}
              warning={
                type === "number" && value?.type === "text"
                  ? "Not a number. It is compared as text."
                  : undefined
              }
              onChange={({ target }) => changeValue(target.value)}
            />
          )}
          <Select
            label={`${name}: type of value`}
            labelHidden
            className="flex-1"
            options={VALUE_TYPES}
            value={type}
            onChange={({ target }) => {
              const next = target.value as ConditionValueChoice;
              setChosen(next);
              onChange(withValueType(row, next));
            }}
          />
        </div>
      )}
    </div>
  );
}

/** Two controls that stay on one line; two pairs share a line where there is room. */
const PAIR = "flex min-w-0 flex-1 basis-60 gap-1.5";
