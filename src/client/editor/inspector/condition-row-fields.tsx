import { useState } from "react";
import type { ConditionComparison, ConditionRow } from "#core/conditions/condition.ts";
import { describeOperand, formatOperand } from "#core/conditions/operand.ts";
import type { PlacedConditionRow } from "#core/conditions/parse-condition.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { SuggestionField } from "#client/ui/fields/suggestion-field.tsx";
import type { Suggestion } from "#client/ui/fields/filter-suggestions.ts";
import { TextField } from "#client/ui/fields/text-field.tsx";
import {
  type ConditionValueChoice,
  getShownValueType,
  isTextForNumber,
  withComparison,
  withTypedValue,
  withValueType,
} from "./condition-values.ts";

type ConditionRowFieldsProps = {
  readonly name: string;
  readonly row: ConditionRow & Partial<Pick<PlacedConditionRow, "outer" | "valuePlace">>;
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
  /** The text that the user entered last, which another type of value may not show. */
  const [typed, setTyped] = useState("");
  const { field, comparison, value } = row;
  const type = value && getShownValueType(row, chosen);
  const valueError = value?.type === "missing" && !isBlank ? "Enter a value." : undefined;
  const changeValue = (text: string) => {
    if (type !== "variable") setTyped(text);
    onChange(withTypedValue(row, text, chosen));
  };
  const changeType = (next: ConditionValueChoice) => {
    const text = value?.type === "text" || value?.type === "number" ? value.text : typed;
    setTyped(text);
    setChosen(next);
    onChange(withValueType(row, next, text));
  };
  const valueProps = {
    label: `${name}: value`,
    labelHidden: true,
    error: valueError,
    className: "flex-1",
  };
  return (
    <div className="flex min-w-0 flex-1 flex-wrap gap-1.5 pb-2">
      <div className={`${PAIR} flex-wrap`} data-from={row.outer?.from}>
        <SuggestionField
          label={`${name}: field`}
          labelHidden
          className={HALF}
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
          className={HALF}
          options={COMPARISONS}
          value={comparison}
          onChange={({ target }) =>
            onChange(withComparison(row, target.value as ConditionComparison, chosen))
          }
        />
      </div>
      {type && (
        <div className={PAIR} data-from={row.valuePlace?.from}>
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
              warning={isTextForNumber(row, chosen) ? "Not a number. Compared as text." : undefined}
              onChange={({ target }) => changeValue(target.value)}
            />
          )}
          <Select
            label={`${name}: type of value`}
            labelHidden
            className="flex-1"
            options={listValueTypes(comparison, type)}
            value={type}
            onChange={({ target }) => changeType(target.value as ConditionValueChoice)}
          />
        </div>
      )}
    </div>
  );
}

/** Leaves out what has a comparison of its own, “is true” and “is false”, which show no type of value. */
function listValueTypes(comparison: ConditionComparison, shown: ConditionValueChoice) {
  return VALUE_TYPES.filter(
    ({ value }) => comparison !== "is" || value === shown || (value !== "true" && value !== "false"),
  );
}

/** Two controls on one line; two pairs share a line where there is room. */
const PAIR = "flex min-w-0 flex-1 basis-75 gap-1.5";

/** A field or a comparison takes a line of its own where half a line is too short for the larger text of touch. */
const HALF = "flex-1 basis-34 pointer-coarse:basis-36";
