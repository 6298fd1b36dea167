import { type FlowRecord, RECORD_LIMITS } from "#contract/record.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { findDuplicateJsonKey } from "#core/json/find-duplicate-key.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import { quoteValue } from "#core/text/quote-name.ts";
import type { RecordUpdateRequestBody } from "#client/data/api/update-record.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { parseStoredJson, readStoredText, storeText } from "#client/storage/stored-text.ts";

export interface RecordFormState {
  readonly type: string;
  readonly name: string;
  readonly text: string;
}

export type RecordFormFieldName = keyof RecordFormState;

export type RecordFormErrors = Partial<Record<RecordFormFieldName, string>>;

type MetadataReading =
  | { readonly type: "value"; readonly value: JsonObject }
  | { readonly type: "broken"; readonly message: string; readonly offset: number };

export function createRecordFormState(
  record: Pick<FlowRecord, "type" | "name" | "metadata">,
): RecordFormState {
  return { type: record.type, name: record.name, text: JSON.stringify(record.metadata, null, 2) };
}

export function createEmptyRecordFormState(type: string): RecordFormState {
  return { type, name: "", text: "{\n  \n}" };
}

export function parseRecordMetadataText(text: string): MetadataReading {
  if (text.trim() === "") return { type: "value", value: {} };
  const reading = parseJsonText(text);
  if (reading.type === "broken") return reading;
  if (isJsonObject(reading.value)) return findDuplicateField(text) ?? { type: "value", value: reading.value };
  return { type: "broken", message: "Metadata must be an object: { … }.", offset: 0 };
}

/** A repeated name is an error, because only the last of its values would be saved. */
function findDuplicateField(text: string): MetadataReading | undefined {
  const duplicate = findDuplicateJsonKey(text);
  if (!duplicate) return undefined;
  return {
    type: "broken",
    message: `Duplicate field: ${quoteValue(duplicate.key)}.`,
    offset: duplicate.offset,
  };
}

/** `before` is the saved metadata. A field without a name is an error unless it was saved before. */
export function findRecordFormErrors(
  { type, name, text }: RecordFormState,
  before: JsonObject = {},
): RecordFormErrors {
  const metadata = parseRecordMetadataText(text);
  const isUnnamed =
    metadata.type === "value" && Object.hasOwn(metadata.value, "") && !Object.hasOwn(before, "");
  return {
    ...(isUnnamed && { text: "Every field needs a name." }),
    ...findTextError("type", "Type is required.", type, RECORD_LIMITS.type),
    ...findTextError("name", "Name is required.", name, RECORD_LIMITS.name),
    ...(metadata.type === "broken" && { text: metadata.message }),
  };
}

function findTextError(
  field: RecordFormFieldName,
  empty: string,
  text: string,
  longest: number,
): RecordFormErrors {
  const { length } = text.trim();
  if (length === 0) return { [field]: empty };
  return length > longest ? { [field]: `At most ${longest} characters (now ${length}).` } : {};
}

export function isSameRecordFormState(a: RecordFormState, b: RecordFormState): boolean {
  return a.type === b.type && a.name === b.name && a.text === b.text;
}

/** Returns the changed properties for an update. The form must be valid. */
export function createRecordUpdateBody(
  formState: RecordFormState,
  record: FlowRecord,
): RecordUpdateRequestBody {
  const before = createRecordFormState(record);
  const metadata = parseRecordMetadataText(formState.text);
  const isOther =
    formState.text !== before.text &&
    metadata.type === "value" &&
    // Compares the metadata as serialized JSON, because a changed order of the keys counts as a change.
    JSON.stringify(metadata.value) !== JSON.stringify(record.metadata);
  return {
    ...(formState.type !== before.type && { type: formState.type.trim() }),
    ...(formState.name !== before.name && { name: formState.name.trim() }),
    ...(isOther && { metadata: metadata.value }),
  };
}

/** The stored form; its key `draft` is that of earlier releases. */
export interface PersistedRecordForm {
  readonly draft: RecordFormState;
  readonly seen: FlowRecord | undefined;
}

export function parsePersistedRecordForm(value: unknown): PersistedRecordForm | undefined {
  return isPersistedRecordForm(value) ? value : undefined;
}

/** An earlier release stored the form under another key. */
export function readAndRemoveLegacyRecordForm(id: string): PersistedRecordForm | undefined {
  const key = pageUserIdentityTracker.storageKey(`flowline-record-${id}`);
  const text = readStoredText(key);
  storeText(key, null);
  return parsePersistedRecordForm(parseStoredJson(text));
}

function isPersistedRecordForm(value: unknown): value is PersistedRecordForm {
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
