import { type FlowRecord, RECORD_LIMITS } from "#contract/record.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import type { RecordUpdateRequestBody } from "#client/data/api/write-record.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

export interface RecordDraft {
  readonly type: string;
  readonly name: string;
  readonly text: string;
}

export type RecordDraftFieldName = keyof RecordDraft;

export type RecordDraftErrors = Partial<Record<RecordDraftFieldName, string>>;

type MetadataReading =
  | { readonly type: "value"; readonly value: JsonObject }
  | { readonly type: "broken"; readonly message: string; readonly offset: number };

export function createRecordDraftFromRecord(
  record: Pick<FlowRecord, "type" | "name" | "metadata">,
): RecordDraft {
  return { type: record.type, name: record.name, text: JSON.stringify(record.metadata, null, 2) };
}

export function createEmptyRecordDraft(type: string): RecordDraft {
  return { type, name: "", text: "{\n  \n}" };
}

export function parseRecordMetadataText(text: string): MetadataReading {
  if (text.trim() === "") return { type: "value", value: {} };
  const reading = parseJsonText(text);
  if (reading.type === "broken") return reading;
  if (isJsonObject(reading.value)) return { type: "value", value: reading.value };
  return { type: "broken", message: "Metadata must be an object: { … }.", offset: 0 };
}

export function findRecordDraftErrors({ type, name, text }: RecordDraft): RecordDraftErrors {
  const metadata = parseRecordMetadataText(text);
  return {
    ...findTextError("type", "Type is required.", type, RECORD_LIMITS.type),
    ...findTextError("name", "Name is required.", name, RECORD_LIMITS.name),
    ...(metadata.type === "broken" && { text: metadata.message }),
  };
}

function findTextError(
  field: RecordDraftFieldName,
  empty: string,
  text: string,
  longest: number,
): RecordDraftErrors {
  const { length } = text.trim();
  if (length === 0) return { [field]: empty };
  return length > longest ? { [field]: `At most ${longest} characters (now ${length}).` } : {};
}

export function isSameRecordDraft(a: RecordDraft, b: RecordDraft): boolean {
  return a.type === b.type && a.name === b.name && a.text === b.text;
}

/** Returns the changed properties for an update. The draft must be valid. */
export function createRecordUpdateBodyFromDraft(
  draft: RecordDraft,
  record: FlowRecord,
): RecordUpdateRequestBody {
  const before = createRecordDraftFromRecord(record);
  const metadata = parseRecordMetadataText(draft.text);
  const isOther =
    draft.text !== before.text &&
    metadata.type === "value" &&
    // Compares the metadata as serialized JSON, because a changed order of the keys counts as a change.
    JSON.stringify(metadata.value) !== JSON.stringify(record.metadata);
  return {
    ...(draft.type !== before.type && { type: draft.type.trim() }),
    ...(draft.name !== before.name && { name: draft.name.trim() }),
    ...(isOther && { metadata: metadata.value }),
  };
}

export interface PersistedRecordDraftWithSeenRecord {
  readonly draft: RecordDraft;
  readonly seen: FlowRecord | undefined;
}

export function parsePersistedRecordDraft(value: unknown): PersistedRecordDraftWithSeenRecord | undefined {
  return isPersistedDraft(value) ? value : undefined;
}

/**
 * Reads and removes the unsaved form text of a record that an earlier release stored under another key, so
 * that an update of the app loses no text.
 */
export function readAndRemoveLegacyRecordDraft(id: string): PersistedRecordDraftWithSeenRecord | undefined {
  const key = pageUserIdentityTracker.storageKey(`flowline-record-${id}`);
  if (key === undefined) return undefined;
  try {
    const text = localStorage.getItem(key);
    localStorage.removeItem(key);
    return parsePersistedRecordDraft(JSON.parse(text ?? "null"));
  } catch {
    return undefined;
  }
}

function isPersistedDraft(value: unknown): value is PersistedRecordDraftWithSeenRecord {
  const { draft, seen } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return hasTexts(draft, ["type", "name", "text"]) && (seen === undefined || isRecord(seen));
}

function isRecord(value: unknown): boolean {
  if (!hasTexts(value, ["id", "type", "name", "createdAt", "updatedAt"])) return false;
  const { metadata } = value as Readonly<Record<string, unknown>>;
  return typeof metadata === "object" && metadata !== null;
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === "string");
}
