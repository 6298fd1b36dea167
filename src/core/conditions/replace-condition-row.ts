import {
  type ConditionJoin,
  type ConditionRow,
  type ConditionValue,
  isIncompleteConditionRow,
} from "./condition.ts";
import {
  JOIN_OPERATORS,
  formatConditionField,
  formatConditionRow,
  formatConditionValue,
} from "./format-condition-row.ts";
import type { Condition, PlacedConditionRow, TextPlace } from "./parse-condition.ts";

// Each edit changes only its part of the text. `condition` must be the result of parsing `text`.

export function replaceConditionRow(
  text: string,
  { rows }: Condition,
  index: number,
  row: ConditionRow,
): string {
  const old = rows[index];
  const written = formatConditionRow(row);
  if (!old || written === formatConditionRow(old)) return text;
  const isOtherKind = row.comparison !== old.comparison || row.operator !== old.operator;
  const isIncomplete = [row, old].some(isIncompleteConditionRow);
  if (isOtherKind || isIncomplete) return splice(text, old.inner, written);
  const withValue = replaceValue(text, old, row.value);
  return row.field === old.field ? withValue : splice(withValue, old.fieldPlace, formatConditionField(row));
}

function replaceValue(text: string, old: PlacedConditionRow, value: ConditionValue | undefined): string {
  const { valuePlace } = old;
  if (!value || !valuePlace || (value.type === old.value?.type && value.text === old.value.text)) return text;
  const quote = text.charAt(valuePlace.from) === '"' ? '"' : undefined;
  return splice(text, valuePlace, formatConditionValue(value, quote));
}

export function addConditionRow(text: string, { rows, join }: Condition, row: ConditionRow): string {
  const last = rows.at(-1);
  if (!last) return formatConditionRow(row);
  const end = last.outer.to;
  return splice(text, { from: end, to: end }, ` ${JOIN_OPERATORS[join]} ${formatConditionRow(row)}`);
}

export function removeConditionRow(text: string, { rows }: Condition, index: number): string {
  const [before, row, after] = [rows[index - 1], rows[index], rows[index + 1]];
  if (!row) return text;
  if (after) return splice(text, { from: row.outer.from, to: after.outer.from }, "");
  return before ? splice(text, { from: before.outer.to, to: row.outer.to }, "") : "";
}

export function setConditionJoin(text: string, { joints }: Condition, join: ConditionJoin): string {
  return joints.reduceRight((before, joint) => splice(before, joint, JOIN_OPERATORS[join]), text);
}

function splice(text: string, { from, to }: TextPlace, inserted: string): string {
  return text.slice(0, from) + inserted + text.slice(to);
}
