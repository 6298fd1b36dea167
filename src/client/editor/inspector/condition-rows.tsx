import { useState } from "react";
import {
  type ConditionJoin,
  type ConditionRow,
  isIncompleteConditionRow,
} from "#core/conditions/condition.ts";
import {
  addConditionRow,
  removeConditionRow,
  replaceConditionRow,
  setConditionJoin,
} from "#core/conditions/replace-condition-row.ts";
import type { Condition } from "#core/conditions/parse-condition.ts";
import type { VariableCompletion } from "#client/ui/code/variable-completion.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { EditableRows } from "#client/ui/fields/editable-rows.tsx";
import type { FormFieldMessageProps } from "#client/ui/fields/field.tsx";
import type { Suggestion } from "#client/ui/fields/filter-suggestions.ts";
import { ConditionRowFields } from "./condition-row-fields.tsx";

type ConditionRowsProps = FormFieldMessageProps & {
  readonly text: string;
  readonly condition: Condition;
  readonly isRequired: boolean;
  readonly variables: () => readonly VariableCompletion[];
  readonly onChange: (text: string) => void;
  readonly onLeave: () => void;
};

const BLANK: ConditionRow = { field: "", comparison: "is", value: { type: "text", text: "" } };

const JOINS: readonly { readonly value: ConditionJoin; readonly label: string }[] = [
  { value: "all", label: "All conditions are true" },
  { value: "any", label: "Any condition is true" },
];

/** Edits a condition as rows. A row is not written until the user fills in a part of it that is code. */
export function ConditionRows(props: ConditionRowsProps) {
  const { text, condition, isRequired, variables, onChange, onLeave, ...messages } = props;
  /** The row that is not written: a new one, or the only one if it is no code, such as “is truthy” without a field. */
  const [draft, setDraft] = useState<ConditionRow>();
  /** Counts removals: the rows after a removed one must not take over its state. */
  const [removals, setRemovals] = useState(0);
  const [suggestions, setSuggestions] = useState<readonly Suggestion[]>([]);
  const { rows, join } = condition;
  // An undo may restore the row that a draft replaced.
  const kept = draft === BLANK || rows.length === 0 ? draft : undefined;
  const unwritten = kept ?? (isRequired && rows.length === 0 ? BLANK : undefined);
  const shown = unwritten ? [...rows, unwritten] : rows;

  const change = (index: number, row: ConditionRow) => {
    const isWritten = index < rows.length;
    const next = isWritten
      ? replaceConditionRow(text, condition, index, row)
      : addConditionRow(text, condition, row);
    if (next.trim() === "") setDraft(row);
    else if (!isWritten) setDraft(undefined);
    if (next !== text) onChange(next);
  };
  const remove = (index: number) => {
    setRemovals(removals + 1);
    if (index >= rows.length || !kept) setDraft(undefined);
    if (index < rows.length) onChange(removeConditionRow(text, condition, index));
  };
  // The analysis reports code that does not parse, which the rows report as a missing field or value.
  const notes = rows.some(isIncompleteConditionRow) ? [] : messages.notes;
  return (
    <div onFocus={() => setSuggestions(listSuggestions(variables()))}>
      <EditableRows
        {...messages}
        notes={notes}
        noun="Condition"
        onAdd={() => setDraft(kept ?? BLANK)}
        onRemove={remove}
        onLeave={onLeave}
        items={shown.map((row, index) => (
          <ConditionRowFields
            key={`${removals} ${index}`}
            name={`Condition ${index + 1}`}
            row={row}
            isBlank={row === BLANK}
            suggestions={suggestions}
            onChange={(next) => change(index, next)}
          />
        ))}
      >
        {rows.length > 1 && (
          <Select
            label="Match"
            labelHidden
            className="mb-1"
            options={JOINS}
            value={join}
            onChange={({ target }) =>
              onChange(setConditionJoin(text, condition, target.value as ConditionJoin))
            }
          />
        )}
      </EditableRows>
    </div>
  );
}

const MAX_SUGGESTIONS = 500;
const MAX_DEPTH = 4;

/** Lists the variables and, after each, its known members. */
function listSuggestions(variables: readonly VariableCompletion[]): readonly Suggestion[] {
  const found: Suggestion[] = [];
  const add = (names: readonly VariableCompletion[], path: string, depth: number) => {
    for (const { label, detail, members, isUnavailable } of names) {
      if (found.length >= MAX_SUGGESTIONS) return;
      // Skips a name with a dot, which would be read as a path.
      if (isUnavailable || label.includes(".") || label === "") continue;
      const value = path + label;
      found.push({ value, ...(detail !== undefined && { detail }) });
      if (members && depth < MAX_DEPTH) add(members(), `${value}.`, depth + 1);
    }
  };
  add(variables, "", 1);
  return found;
}
