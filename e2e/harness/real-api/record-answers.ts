import { type StandInRequest, RealApiError } from "./endpoint.ts";
import { toText } from "./exact-json.ts";
import { readField } from "./record-filter.ts";
import { ORGANIZATION_ID, type RealApiState, type StoredRecord, USER_ID } from "./state.ts";

type Json = Readonly<Record<string, unknown>>;

export function answerRecord(state: RealApiState, record: StoredRecord): Json {
  return {
    id: record.id,
    type: record.type,
    name: record.name,
    metadata: record.metadata,
    messages: record.messages,
    productSurfaceId: null,
    userId: USER_ID,
    organizationId: ORGANIZATION_ID,
    createdAt: state.time(record.createdAt),
    updatedAt: state.time(record.updatedAt),
    ...(state.switches.nextYear && { retention: { days: 30 } }),
  };
}

interface BulkEdit {
  readonly conditions?: readonly {
    readonly field: string;
    readonly operator: string;
    readonly value: unknown;
  }[];
  readonly updates?: Json;
  readonly deleteFields?: readonly string[];
  readonly dryRun?: boolean;
}

export function editRecords(state: RealApiState, records: readonly StoredRecord[], edit: BulkEdit): Json {
  const { conditions = [], updates = {}, deleteFields = [], dryRun = false } = edit;
  const edited = records.filter((record) =>
    conditions.every(({ field, operator, value }) =>
      matchesCondition(operator, toText(readField(state, record, field)), toText(value)),
    ),
  );
  const data = edited.map((record) => {
    const before = record.metadata;
    const kept = Object.entries({ ...before, ...updates }).filter(([name]) => !deleteFields.includes(name));
    const after = Object.fromEntries(kept);
    if (!dryRun) Object.assign(record, { metadata: after, updatedAt: state.now() });
    return { id: record.id, before, after };
  });
  return { data, recordIds: edited.map(({ id }) => id) };
}

function matchesCondition(operator: string, text: string, wanted: string): boolean {
  switch (operator) {
    case "equals":
      return text === wanted;
    case "equals_ci":
      return text.toLowerCase() === wanted.toLowerCase();
    case "not_equals":
      return text !== wanted;
    case "contains":
      return text.includes(wanted);
    default:
      return !text.includes(wanted);
  }
}

interface UploadedRow {
  readonly type: string;
  readonly name: string;
  readonly metadata: Json;
}

/** Reads the CSV of an upload. A row without a name is an error. */
export async function readUploadedRecords({ bytes, contentType }: StandInRequest): Promise<{
  readonly rows: readonly UploadedRow[];
  readonly errorDetails: readonly string[];
}> {
  const form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  const file = form.get("file");
  if (file === null || typeof file === "string") throw new RealApiError(400, "file is required");
  const [heading = [], ...lines] = parseCsv(await file.text());
  const read = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [nameColumn, typeColumn] = [read("nameColumn") ?? "name", read("typeColumn") ?? "type"];
  const rows: UploadedRow[] = [];
  const errorDetails: string[] = [];
  for (const [index, line] of lines.entries()) {
    const cells = Object.fromEntries(heading.map((title, column) => [title, line[column] ?? ""]));
    const { [nameColumn]: name = "", [typeColumn]: type = "", ...metadata } = cells;
    const typeValue = read("typeValue") ?? type;
    if (name === "" || typeValue === "") errorDetails.push(`Row ${index + 2}: name and type are required`);
    else rows.push({ name, type: typeValue, metadata });
  }
  return { rows, errorDetails };
}

function parseCsv(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let [line, cell, isQuoted] = [[] as string[], "", false];
  for (const character of `${text.replaceAll("\r\n", "\n")}\n`) {
    if (character === '"') isQuoted = !isQuoted;
    const isEnd = !isQuoted && (character === "," || character === "\n");
    cell += isEnd ? "" : character;
    if (!isEnd) continue;
    line.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    cell = "";
    if (character === ",") continue;
    lines.push(line);
    line = [];
  }
  return lines.filter((cells) => cells.some((text) => text !== ""));
}

export function writeCsv(records: readonly StoredRecord[]): string {
  const fields = [...new Set(records.flatMap(({ metadata }) => Object.keys(metadata)))];
  const quote = (value: unknown) => {
    const text = toText(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = records.map(({ id, type, name, metadata }) =>
    [id, type, name, ...fields.map((field) => metadata[field])].map(quote).join(","),
  );
  return [["id", "type", "name", ...fields].map(quote).join(","), ...lines].join("\n");
}
