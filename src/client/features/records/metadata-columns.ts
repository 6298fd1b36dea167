import type { FlowRecord } from "#contract/record.ts";
import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { formatCount } from "#client/ui/format/format-count.ts";

/** Columns that fit beside the others. */
const MAX_FIELDS = 3;
const MAX_FIELDS_ON_WIDE_PAGE = 6;

/** A cell shows a single line. */
const MAX_CELL_LENGTH = 120;

export interface MetadataColumn {
  readonly field: string;
  /** Whether all values are numbers; the column is right-aligned then. */
  readonly isNumeric: boolean;
}

/** Returns the metadata fields to show as columns: the most frequent ones whose values are short enough for a cell. */
export function chooseMetadataColumns(
  records: readonly FlowRecord[],
  isWide: boolean,
): readonly MetadataColumn[] {
  const counts = new Map<string, { values: number; numbers: number }>();
  for (const { metadata } of records) {
    for (const [field, value] of Object.entries(metadata)) {
      if (!fitsCell(value)) continue;
      const { values, numbers } = counts.get(field) ?? { values: 0, numbers: 0 };
      counts.set(field, { values: values + 1, numbers: numbers + (typeof value === "number" ? 1 : 0) });
    }
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b.values - a.values)
    .slice(0, isWide ? MAX_FIELDS_ON_WIDE_PAGE : MAX_FIELDS)
    .map(([field, { values, numbers }]) => ({ field, isNumeric: values === numbers }));
}

export function formatMetadataValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string")
    return value
      .slice(0, 2 * MAX_CELL_LENGTH)
      .replaceAll(/\s+/g, " ")
      .trim();
  if (isJsonObject(value)) return formatCount(Object.keys(value).length, "field");
  return typeof value === "object" ? formatCount(value.length, "item") : String(value);
}

/** Reads own properties only: for a field named `constructor`, the prototype has a value as well. */
export function readMetadataField({ metadata }: FlowRecord, field: string): JsonValue | undefined {
  return Object.hasOwn(metadata, field) ? metadata[field] : undefined;
}

export function summarizeMetadata(record: FlowRecord): string {
  const parts: string[] = [];
  for (const [field, value] of Object.entries(record.metadata)) {
    const text = formatMetadataValue(value);
    if (text !== "") parts.push(`${field}: ${text.slice(0, MAX_CELL_LENGTH)}`);
    if (parts.length > MAX_FIELDS) break;
  }
  return parts.join(" · ");
}

function fitsCell(value: JsonValue): boolean {
  if (typeof value === "string") return value !== "" && value.length <= MAX_CELL_LENGTH;
  return typeof value === "number" || typeof value === "boolean";
}
