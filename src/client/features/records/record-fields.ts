import type { FlowRecord } from "#contract/record.ts";
import { type JsonValue, isJsonObject } from "#core/json.ts";
import { formatCount } from "#client/ui/format-count.ts";

/** Fields of the metadata that the rows show in columns. */
const MOST_FIELDS = 3;

/** A text longer than this says nothing in a cell. */
const LONGEST = 120;

/** The fields that tell the records of a list apart best: those that most of them have, with values that fit a cell. */
export function findFields(records: readonly FlowRecord[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { metadata } of records) {
    for (const [field, value] of Object.entries(metadata))
      if (fitsCell(value)) counts.set(field, (counts.get(field) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_FIELDS)
    .map(([field]) => field);
}

/** A value in one short line; of a list or an object only how much is in it. */
export function formatValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string")
    return value
      .slice(0, 2 * LONGEST)
      .replaceAll(/\s+/g, " ")
      .trim();
  if (isJsonObject(value)) return formatCount(Object.keys(value).length, "field");
  return typeof value === "object" ? formatCount(value.length, "item") : String(value);
}

/** The value of a field of the metadata's own, whatever the field is called. */
export function fieldOf({ metadata }: FlowRecord, field: string): JsonValue | undefined {
  return Object.hasOwn(metadata, field) ? metadata[field] : undefined;
}

/** The metadata in a line, for rows without columns. */
export function summarise(record: FlowRecord): string {
  const parts: string[] = [];
  for (const [field, value] of Object.entries(record.metadata)) {
    const text = formatValue(value);
    if (text !== "") parts.push(`${field}: ${text.slice(0, LONGEST)}`);
    if (parts.length > MOST_FIELDS) break;
  }
  return parts.join(" · ");
}

function fitsCell(value: JsonValue): boolean {
  if (typeof value === "string") return value !== "" && value.length <= LONGEST;
  return typeof value === "number" || typeof value === "boolean";
}

/** The grid of a wide row and of the headings above it. */
export function columnTemplate(fields: readonly string[]): string {
  const columns = fields.map(() => "minmax(0, 1fr)");
  return ["2rem", "minmax(0, 1.5fr)", ...columns, "6.5rem", "2.5rem"].join(" ");
}
