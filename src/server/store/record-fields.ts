import { type SQL, sql } from "drizzle-orm";
import { records } from "./schema.ts";

type Scalar = string | number | boolean;

/** What is asked of a field of a record. */
export type FieldTest =
  | { readonly op: "isSet" | "isNotSet" | "isTrue" | "isFalse" }
  | { readonly op: "eq" | "neq"; readonly value: Scalar }
  | { readonly op: "gt" | "gte" | "lt" | "lte"; readonly value: string | number }
  | { readonly op: "between"; readonly from: string | number; readonly to: string | number }
  | { readonly op: "contains" | "startsWith" | "endsWith"; readonly value: string }
  | { readonly op: "in" | "notIn"; readonly values: readonly Scalar[] }
  | { readonly op: "withinLastDays" | "olderThanDays"; readonly since: Date; readonly now: Date };

const OWN_FIELDS: Readonly<Record<string, SQL>> = {
  name: sql`${records.name}`,
  type: sql`${records.type}`,
  createdAt: timeText(sql`${records.createdAt}`),
  updatedAt: timeText(sql`${records.updatedAt}`),
};

/**
 * A condition on one field. The field is read once, as `kind` (of JSON) and `value` (its text, null where there is none),
 * so that a condition costs few parameters however it is put.
 */
export function matchesField(field: string, test: FieldTest): SQL {
  return sql`(SELECT ${asks(test)} FROM (${selectField(field)}) AS field)`;
}

/** One row with the `kind` and the `value` of a field. A key with dots in it comes before a path. */
export function selectField(field: string): SQL {
  const own = Object.hasOwn(OWN_FIELDS, field) ? OWN_FIELDS[field] : undefined;
  if (own) return sql`SELECT 'string' AS kind, ${own} AS value`;
  // The record's own fields hide these of its metadata, which are reached with the whole path.
  const path = field.replace(/^metadata\./, "");
  const found = path.includes(".")
    ? sql`COALESCE(${records.metadata} -> ${path}::text, ${records.metadata} #> string_to_array(${path}, '.'))`
    : sql`${records.metadata} -> ${path}::text`;
  return sql`SELECT json_typeof(found) AS kind, found #>> '{}' AS value FROM (SELECT ${found} AS found) AS found`;
}

function asks(test: FieldTest): SQL {
  switch (test.op) {
    case "isSet":
      return sql`value IS NOT NULL AND value <> ''`;
    case "isNotSet":
      return sql`value IS NULL OR value = ''`;
    case "isTrue":
      return sql`value IS NOT DISTINCT FROM 'true'`;
    case "isFalse":
      return sql`value IS NOT DISTINCT FROM 'false'`;
    case "eq":
      return equals(test.value);
    case "neq":
      return sql`NOT ${equals(test.value)}`;
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return compares(test.op, test.value);
    case "between":
      return sql`${compares("gte", test.from)} AND ${compares("lte", test.to)}`;
    case "contains":
      return sql`COALESCE(CASE WHEN kind = 'array'
        THEN EXISTS (SELECT 1 FROM json_array_elements_text(value::json) AS item WHERE ${folded(sql`item`)} = ${folded(sql`${test.value}::text`)})
        ELSE strpos(${folded(sql`value`)}, ${folded(sql`${test.value}::text`)}) > 0 END, false)`;
    case "startsWith":
      return sql`COALESCE(starts_with(${folded(sql`value`)}, ${folded(sql`${test.value}::text`)}), false)`;
    case "endsWith":
      return sql`COALESCE(right(${folded(sql`value`)}, length(${test.value}::text)) = ${folded(sql`${test.value}::text`)}, false)`;
    case "in":
      return isAmong(test.values);
    case "notIn":
      return sql`NOT (${isAmong(test.values)})`;
    case "withinLastDays":
      return sql`COALESCE(read_time(value) BETWEEN ${test.since.toISOString()}::timestamptz AND ${test.now.toISOString()}::timestamptz, false)`;
    case "olderThanDays":
      return sql`COALESCE(read_time(value) < ${test.since.toISOString()}::timestamptz, false)`;
  }
}

/** Numbers equal each other as numbers, whatever their spelling; anything else by its text. */
function equals(wanted: Scalar): SQL {
  if (typeof wanted !== "number") return sql`COALESCE(value = ${String(wanted)}, false)`;
  return sql`COALESCE(${asNumber(sql`value`)} = ${String(wanted)}::numeric, false)`;
}

function isAmong(wanted: readonly Scalar[]): SQL {
  const texts = JSON.stringify(wanted.map(String));
  const numbers = JSON.stringify(wanted.filter((value) => typeof value === "number").map(String));
  return sql`COALESCE(value IN (SELECT json_array_elements_text(${texts}::json)), false) OR COALESCE(${asNumber(
    sql`value`,
  )} IN (SELECT item::numeric FROM json_array_elements_text(${numbers}::json) AS item), false)`;
}

const OPERATORS = { gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` } as const;

/**
 * As numbers where both sides read as such: a price of a spreadsheet may well be the text 9.50. Else as texts, by their
 * code points, which puts the times of ISO 8601 into their order and is the same on every store; but only numbers are more
 * or less than a number.
 */
function compares(op: keyof typeof OPERATORS, wanted: string | number): SQL {
  const operator = OPERATORS[op];
  const asText = sql`(kind NOT IN ('array', 'object') AND value COLLATE "C" ${operator} ${String(wanted)})`;
  if (!isNumber(String(wanted))) return sql`COALESCE(${asText}, false)`;
  const asNumbers = sql`${asNumber(sql`value`)} ${operator} ${String(wanted)}::numeric`;
  if (typeof wanted === "number") return sql`COALESCE(${asNumbers}, false)`;
  return sql`COALESCE(${asNumbers}, ${asText}, false)`;
}

/** What both JavaScript and PostgreSQL read as a number, of a length that costs nothing. */
const NUMBER = String.raw`^-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?$`;

function isNumber(text: string): boolean {
  return new RegExp(NUMBER).test(text);
}

function asNumber(value: SQL): SQL {
  return sql`CASE WHEN ${value} ~ ${NUMBER} THEN ${value}::numeric END`;
}

/** Without the case of A to Z: how other letters fold differs between stores. */
function folded(value: SQL): SQL {
  return sql`lower(${value} COLLATE "C")`;
}

function timeText(column: SQL): SQL {
  return sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
