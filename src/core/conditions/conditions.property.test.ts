import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ConditionComparison, ConditionJoin, ConditionRow, ConditionValue } from "./condition.ts";
import { ABSENCE_COMPARISONS, UNARY_COMPARISONS } from "./condition.ts";
import {
  addConditionRow,
  removeConditionRow,
  replaceConditionRow,
  setConditionJoin,
} from "./replace-condition-row.ts";
import { JOIN_OPERATORS, formatConditionRow } from "./format-condition-row.ts";
import { describeOperand, formatOperand, formatOptionalOperand, parseOptionalOperand } from "./operand.ts";
import { type Condition, type PlacedConditionRow, parseCondition } from "./parse-condition.ts";

const WITH_VALUE = "is isNot greater atLeast less atMost contains notContains startsWith endsWith".split(
  " ",
) as ConditionComparison[];

const fields = fc.constantFrom(
  ..."page größe page.size rows[0].name input.page variables['a-b'] {{text.words}} x.includes".split(" "),
  "",
  "_record.metadata['Order \\'n\\' total']",
  'a?.b?.["c d"]',
);
const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("a && b", "'\"\\", "{{x}}"),
);
const values: fc.Arbitrary<ConditionValue> = fc.oneof(
  texts.map((text) => ({ type: "text" as const, text })),
  fc.constantFrom("0", "-0.5", "3.10", "1e21", ".5", "5.").map((text) => ({ type: "number" as const, text })),
  fields.filter(Boolean).map((text) => ({ type: "variable" as const, text })),
  fc
    .constantFrom("true" as const, "false" as const, "null" as const, "missing" as const)
    .map((type) => ({ type, text: "" })),
);
const binary: fc.Arbitrary<ConditionRow> = fc
  .record({ field: fields, comparison: fc.constantFrom(...WITH_VALUE), value: values })
  // Such a row is read as “is true”, which is the same expression.
  .filter(({ comparison, value: { type } }) => comparison !== "is" || (type !== "true" && type !== "false"));
const loose: fc.Arbitrary<ConditionRow> = fc
  .record({ field: fields, comparison: fc.constantFrom("is", "isNot"), value: values })
  .filter(({ value }) => value.type !== "null")
  .map((row) => ({
    ...row,
    comparison: row.comparison as "is",
    operator: row.comparison === "is" ? "==" : "!=",
  }));
const unary: fc.Arbitrary<ConditionRow> = fc
  .record({ field: fields, comparison: fc.constantFrom(...UNARY_COMPARISONS) })
  .filter(({ field, comparison }) => field !== "" || comparison !== "truthy")
  .map(({ field, comparison }) => ({
    field: ABSENCE_COMPARISONS.has(comparison) ? parseOptionalOperand(formatOptionalOperand(field)) : field,
    comparison,
  }));
const rows = fc.oneof(binary, loose, unary);
const lists = fc.array(rows, { minLength: 1, maxLength: 4 });
const joins = fc.constantFrom("all" as const, "any" as const);

const formatCondition = (list: readonly ConditionRow[], join: ConditionJoin) =>
  list.map(formatConditionRow).join(` ${JOIN_OPERATORS[join]} `);

const withoutPlaces = ({ field, comparison, value, operator }: PlacedConditionRow): ConditionRow => ({
  field,
  comparison,
  ...(value && { value }),
  ...(operator !== undefined && { operator }),
});
const read = (text: string): Condition => {
  const condition = parseCondition(text);
  if (!condition) throw new Error(`not read as rows: ${text}`);
  return condition;
};
const readRows = (text: string) => read(text).rows.map(withoutPlaces);

test("rows of a condition are the same after they were written and read", () => {
  fc.assert(
    fc.property(lists, joins, (list, join) => {
      const text = formatCondition(list, join);
      fc.pre(text.length <= 2000);
      expect(readRows(text)).toEqual(list);
      if (list.length > 1) expect(read(text).join).toBe(join);
    }),
  );
});

test("an edit of a condition changes one row and keeps the others as they were written", () => {
  fc.assert(
    fc.property(lists, joins, rows, fc.nat({ max: 3 }), (list, join, row, nth) => {
      const text = ` ${formatCondition(list, join).replaceAll(" ", "  ")}\n`;
      fc.pre(text.length <= 1500);
      const before = readRows(text);
      const index = nth % list.length;
      expect(readRows(replaceConditionRow(text, read(text), index, row))).toEqual(before.with(index, row));
      expect(readRows(addConditionRow(text, read(text), row))).toEqual([...before, row]);
      expect(readRows(removeConditionRow(text, read(text), index))).toEqual(before.toSpliced(index, 1));
      const other = join === "all" ? "any" : "all";
      const joined = setConditionJoin(text, read(text), other);
      expect(setConditionJoin(joined, read(joined), join)).toBe(text);
      const same = before[index];
      if (same) expect(replaceConditionRow(text, read(text), index, same)).toBe(text);
    }),
  );
});

test("any typed name of a variable is read back as it was typed", () => {
  const typed = fc.oneof(
    fc.string({ minLength: 1 }),
    fc
      .array(fc.constantFrom(..."a input variables class Date . 0 05 - ' {{ }}".split(" "), " "), {
        minLength: 1,
        maxLength: 6,
      })
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(typed, (name) => {
      const source = formatOperand(name);
      expect(formatOperand(describeOperand(source))).toBe(source);
      expect(readRows(`${source} > 1`)).toMatchObject([{ field: source, comparison: "greater" }]);
      const optional = formatOptionalOperand(source);
      expect(readRows(`${optional} != null`)).toEqual([
        { field: parseOptionalOperand(optional), comparison: "exists" },
      ]);
      expect(formatOptionalOperand(parseOptionalOperand(optional))).toBe(optional);
      if (!/[?[\]]/.test(name)) expect(describeOperand(source)).toBe(name);
    }),
  );
});
