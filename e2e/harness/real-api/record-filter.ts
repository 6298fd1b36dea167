import { toText } from "./exact-json.ts";
import type { RecordFilter } from "./record-schemas.ts";
import type { RealApiState, StoredRecord } from "./state.ts";

/** Returns the records that the query parameters of a list select, latest change first. */
export function selectRecords(state: RealApiState, query: URLSearchParams): readonly StoredRecord[] {
  const [type, name] = [query.get("type"), query.get("name")];
  const search = (query.get("search") ?? "").toLowerCase();
  const filter = readFilter(query.get("recordFilter"));
  return [...state.records.values()]
    .filter((record) => type === null || record.type === type)
    .filter((record) => name === null || record.name === name)
    .filter((record) => record.name.toLowerCase().includes(search))
    .filter((record) => filter === undefined || matchesFilter(state, record, filter))
    .toSorted((one, other) => other.updatedAt - one.updatedAt);
}

function readFilter(text: string | null): RecordFilter | undefined {
  if (text === null) return undefined;
  const parsed = JSON.parse(text) as RecordFilter | { readonly where?: RecordFilter };
  return "op" in parsed ? parsed : parsed.where;
}

export function matchesFilter(state: RealApiState, record: StoredRecord, filter: RecordFilter): boolean {
  if ("conditions" in filter) {
    const matches = (inner: RecordFilter) => matchesFilter(state, record, inner);
    return filter.op === "and" ? filter.conditions.every(matches) : filter.conditions.some(matches);
  }
  const value = readField(state, record, filter.field);
  return compare(filter.op, value, filter.value);
}

export function readField(state: RealApiState, record: StoredRecord, field: string): unknown {
  const columns: Readonly<Record<string, unknown>> = {
    name: record.name,
    type: record.type,
    createdAt: state.time(record.createdAt),
    updatedAt: state.time(record.updatedAt),
  };
  if (field in columns) return columns[field];
  return field.split(".").reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null) return undefined;
    return (value as Readonly<Record<string, unknown>>)[key];
  }, record.metadata);
}

const DAY_MS = 86_400_000;

function compare(op: string, value: unknown, wanted: unknown): boolean {
  const [text, part] = [toText(value).toLowerCase(), toText(wanted).toLowerCase()];
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  const order = typeof value === "number" ? value - Number(wanted) : text.localeCompare(part);
  const age = Date.now() - Date.parse(toText(value));
  switch (op) {
    case "eq":
      return value === wanted;
    case "neq":
      return value !== wanted;
    case "gt":
      return value !== undefined && order > 0;
    case "gte":
      return value !== undefined && order >= 0;
    case "lt":
      return value !== undefined && order < 0;
    case "lte":
      return value !== undefined && order <= 0;
    case "between":
      return compare("gte", value, list[0]) && compare("lte", value, list[1]);
    case "contains":
      return text.includes(part);
    case "startsWith":
      return text.startsWith(part);
    case "endsWith":
      return text.endsWith(part);
    case "in":
      return list.includes(value);
    case "notIn":
      return !list.includes(value);
    case "isSet":
      return value !== undefined && value !== null;
    case "isNotSet":
      return value === undefined || value === null;
    case "isTrue":
      return value === true;
    case "isFalse":
      return value === false;
    case "withinLastDays":
      return age <= Number(wanted) * DAY_MS;
    default:
      return age > Number(wanted) * DAY_MS;
  }
}
