import { type SQL, sql } from "drizzle-orm";
import { recordsTable } from "./tables.ts";

type Scalar = string | number | boolean;

export type RecordFieldCondition =
  | { readonly op: "isSet" | "isNotSet" | "isTrue" | "isFalse" }
  | { readonly op: "eq" | "neq"; readonly value: Scalar }
  | { readonly op: "gt" | "gte" | "lt" | "lte"; readonly value: string | number }
  | { readonly op: "between"; readonly from: string | number; readonly to: string | number }
  | {
      readonly op: "contains" | "notContains" | "startsWith" | "endsWith" | "eqFolded";
      readonly value: string;
    }
  | { readonly op: "in" | "notIn"; readonly values: readonly Scalar[] }
  | { readonly op: "withinLastDays" | "olderThanDays"; readonly since: Date; readonly now: Date };

export type RecordFilterExpression =
  | { readonly join: "and" | "or"; readonly items: readonly RecordFilterExpression[] }
  | { readonly field: string; readonly test: RecordFieldCondition };

export interface CompiledRecordFilter {
  readonly sql: SQL;
  readonly tests: number;
  /** Number of times that all conditions together, and the most expensive one alone, read a record's text. */
  readonly textTests: number;
  readonly mostTextTests: number;
}

const OWN_FIELDS: Readonly<Record<string, SQL>> = {
  name: sql`${recordsTable.name}`,
  type: sql`${recordsTable.type}`,
  createdAt: timeText(sql`${recordsTable.createdAt}`),
  updatedAt: timeText(sql`${recordsTable.updatedAt}`),
};

/** PostgreSQL counts characters to find the end of a text, which takes as long as three searches. */
const END_TESTS = 3;
/** Characters of a searched text that add one search: `strpos` may compare all of them at each character. */
const CHARACTERS_PER_TEST = 36;

/** PostgreSQL cuts the name of a column to 63 bytes. */
const COLUMN_NAME = /^[\w .-]{1,63}$/;

/** One subquery parses the metadata once. `OFFSET 0` stops the planner from merging it. */
export function compileRecordFilter(root: RecordFilterExpression): CompiledRecordFilter {
  const fields = new FieldColumns();
  const textTests: number[] = [];
  const condition = compile(root, fields, textTests);
  return {
    sql: sql`EXISTS (SELECT 1 FROM (${fields.toSql()} OFFSET 0) AS field WHERE ${condition})`,
    tests: textTests.length,
    textTests: textTests.reduce((sum, count) => sum + count, 0),
    mostTextTests: Math.max(0, ...textTests),
  };
}

/** Compiles an expression to SQL. Adds how often each condition reads a record's text to `textTests`. */
function compile(test: RecordFilterExpression, fields: FieldColumns, textTests: number[]): SQL {
  if (!("join" in test)) {
    const parsesBefore = fields.parses;
    const condition = compileCondition(test.test, (kind) => fields.column(test.field, kind));
    textTests.push(countTextTests(test.test) + fields.parses - parsesBefore);
    return condition;
  }
  const joined = sql.join(
    test.items.map((item) => compile(item, fields, textTests)),
    test.join === "and" ? sql` AND ` : sql` OR `,
  );
  return sql`(${joined})`;
}

function countTextTests(test: RecordFieldCondition): number {
  if (test.op === "endsWith") return END_TESTS;
  if (test.op !== "contains" && test.op !== "notContains") return 0;
  return 1 + Math.floor(test.value.length / CHARACTERS_PER_TEST);
}

/** A field's JSON type, text, lower-case text, texts of an array's items, and value as number and time. */
type Reading = "kind" | "value" | "folded" | "items" | "number" | "time";

type Column = (reading: Reading) => SQL;

class FieldColumns {
  readonly #keys = new Map<string, SQL>();
  readonly #columns = new Map<string, { readonly name: SQL; readonly value: SQL }>();
  #parses = 0;

  /** Number of times that the columns parse JSON again, which may be as long as the record. */
  get parses(): number {
    return this.#parses;
  }

  column(field: string, reading: Reading): SQL {
    const id = `${field} ${reading}`;
    const known = this.#columns.get(id);
    if (known) return known.name;
    const name = sql.raw(`c${this.#columns.size}`);
    this.#columns.set(id, { name, value: this.#read(field, reading) });
    return name;
  }

  toSql(): SQL {
    const columns = [...this.#columns.values()].map(({ name, value }) => sql`${value} AS ${name}`);
    const keys = [...this.#keys.values()].map((name) => sql`${name} json`);
    const from =
      keys.length === 0
        ? sql``
        : sql` FROM json_to_record(${recordsTable.metadata}) AS entry (${sql.join(keys, sql`, `)})`;
    return sql`SELECT ${sql.join(columns, sql`, `)}${from}`;
  }

  #read(field: string, reading: Reading): SQL {
    const own = Object.hasOwn(OWN_FIELDS, field) ? OWN_FIELDS[field] : undefined;
    const json = own ? undefined : this.#find(field);
    const value = own ?? sql`(${json} #>> '{}')`;
    switch (reading) {
      case "kind":
        return json ? sql`json_typeof(${json})` : sql`'string'`;
      case "value":
        return value;
      case "folded":
        return folded(value);
      case "items":
        return json
          ? sql`CASE WHEN json_typeof(${json}) = 'array' THEN ARRAY(SELECT ${folded(sql`item`)} FROM json_array_elements_text(${json}) AS item) END`
          : sql`NULL::text[]`;
      case "number":
        return sql`CASE WHEN ${value} ~ ${NUMBER} THEN ${value}::numeric END`;
      case "time":
        return sql`read_time(${value})`;
    }
  }

  /** Looks up a metadata field: a key that contains dots takes precedence over a path. */
  #find(field: string): SQL {
    const path = field.replace(/^metadata\./, "");
    const [first = "", ...rest] = path.split(".");
    if (rest.length === 0) return this.#key(path);
    this.#parses += 1;
    return sql`COALESCE(${this.#key(path)}, ${this.#key(first)} #> ${arrayText(rest)}::text[])`;
  }

  #key(key: string): SQL {
    if (!COLUMN_NAME.test(key)) {
      this.#parses += 1;
      return sql`(${recordsTable.metadata} -> ${key}::text)`;
    }
    const name = sql.identifier(key);
    this.#keys.set(key, sql`${name}`);
    return sql`entry.${name}`;
  }
}

export function buildRecordFieldQuery(field: string): SQL {
  const fields = new FieldColumns();
  const [kind, value] = [fields.column(field, "kind"), fields.column(field, "value")];
  return sql`SELECT ${kind} AS kind, ${value} AS value FROM (${fields.toSql()} OFFSET 0) AS field`;
}

function compileCondition(test: RecordFieldCondition, column: Column): SQL {
  const value = column("value");
  switch (test.op) {
    case "isSet":
      return sql`(${value} IS NOT NULL AND ${value} <> '')`;
    case "isNotSet":
      return sql`(${value} IS NULL OR ${value} = '')`;
    case "isTrue":
      return sql`(${value} IS NOT DISTINCT FROM 'true')`;
    case "isFalse":
      return sql`(${value} IS NOT DISTINCT FROM 'false')`;
    case "eq":
      return equals(test.value, column);
    case "neq":
      return sql`(NOT ${equals(test.value, column)})`;
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return compareOrder(test.op, test.value, column);
    case "between":
      return sql`(${compareOrder("gte", test.from, column)} AND ${compareOrder("lte", test.to, column)})`;
    case "contains":
      return contains(test.value, column);
    case "notContains":
      return sql`(NOT ${contains(test.value, column)})`;
    case "eqFolded":
      return sql`COALESCE(${column("folded")} = ${foldText(test.value)}, false)`;
    case "startsWith":
      return sql`COALESCE(starts_with(${column("folded")}, ${foldText(test.value)}), false)`;
    case "endsWith": {
      const wanted = foldText(test.value);
      return sql`COALESCE(right(${column("folded")}, length(${wanted}::text)) = ${wanted}, false)`;
    }
    case "in":
      return isAmong(test.values, column);
    case "notIn":
      return sql`(NOT ${isAmong(test.values, column)})`;
    case "withinLastDays":
      return sql`COALESCE(${column("time")} BETWEEN ${test.since.toISOString()}::timestamptz AND ${test.now.toISOString()}::timestamptz, false)`;
    case "olderThanDays":
      return sql`COALESCE(${column("time")} < ${test.since.toISOString()}::timestamptz, false)`;
  }
}

function contains(text: string, column: Column): SQL {
  const wanted = foldText(text);
  return sql`COALESCE(CASE WHEN ${column("items")} IS NULL THEN strpos(${column("folded")}, ${wanted}) > 0
    ELSE ${wanted} = ANY(${column("items")}) END, false)`;
}

/** Compares numbers numerically, so that 1.0 equals 1, and other values as text. */
function equals(wanted: Scalar, column: Column): SQL {
  if (typeof wanted !== "number") return sql`COALESCE(${column("value")} = ${String(wanted)}, false)`;
  return sql`COALESCE(${column("number")} = ${String(wanted)}::numeric, false)`;
}

function isAmong(wanted: readonly Scalar[], column: Column): SQL {
  const texts = arrayText(wanted.map(String));
  const isText = sql`COALESCE(${column("value")} = ANY(${texts}::text[]), false)`;
  const numbers = wanted.filter((value) => typeof value === "number").map(String);
  if (numbers.length === 0) return isText;
  return sql`(${isText} OR COALESCE(${column("number")} = ANY(${arrayText(numbers)}::numeric[]), false))`;
}

function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(",")}}`;
}

const OPERATORS = { gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` } as const;

/** As numbers if both look like numbers, even 9.50, else by code point. A number never matches a text. */
function compareOrder(op: keyof typeof OPERATORS, wanted: string | number, column: Column): SQL {
  const operator = OPERATORS[op];
  const asText = sql`(${column("kind")} NOT IN ('array', 'object') AND ${column("value")} COLLATE "C" ${operator} ${String(wanted)})`;
  if (!isNumber(String(wanted))) return sql`COALESCE(${asText}, false)`;
  const asNumbers = sql`${column("number")} ${operator} ${String(wanted)}::numeric`;
  if (typeof wanted === "number") return sql`COALESCE(${asNumbers}, false)`;
  return sql`COALESCE(${asNumbers}, ${asText}, false)`;
}

const NUMBER_PATTERN = /^-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?$/;
const NUMBER = NUMBER_PATTERN.source;

function isNumber(text: string): boolean {
  return NUMBER_PATTERN.test(text);
}

/** Lower-cases only A to Z, because PostgreSQL and the embedded store fold other letters differently. */
function folded(value: SQL): SQL {
  return sql`lower((${value}) COLLATE "C")`;
}

function foldText(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function timeText(column: SQL): SQL {
  return sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
