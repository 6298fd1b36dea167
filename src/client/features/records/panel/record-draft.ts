import { type FlowRecord, RECORD_LIMITS } from "#contract/record.ts";
import { type JsonObject, isJsonObject } from "#core/json.ts";
import { parseJsonText } from "#core/parse-json-text.ts";
import type { RecordBody } from "#client/data/write-record.ts";

/** What stands in the fields of a record, as it is typed. */
export interface RecordDraft {
  readonly type: string;
  readonly name: string;
  /** The metadata as JSON. */
  readonly text: string;
}

export type DraftField = keyof RecordDraft;

/** What keeps a draft from being saved, by field. */
export type DraftErrors = Partial<Record<DraftField, string>>;

export type MetadataReading =
  | { readonly type: "value"; readonly value: JsonObject }
  | { readonly type: "broken"; readonly message: string; readonly offset: number };

export function toDraft(record: Pick<FlowRecord, "type" | "name" | "metadata">): RecordDraft {
  return { type: record.type, name: record.name, text: JSON.stringify(record.metadata, null, 2) };
}

/** A new record begins with nothing but the type of the list it is made from. */
export function emptyDraft(type: string): RecordDraft {
  return { type, name: "", text: "{\n  \n}" };
}

/** An empty text is no metadata, which is what an empty object says. */
export function readMetadata(text: string): MetadataReading {
  if (text.trim() === "") return { type: "value", value: {} };
  const reading = parseJsonText(text);
  if (reading.type === "broken") return reading;
  if (isJsonObject(reading.value)) return { type: "value", value: reading.value };
  return { type: "broken", message: "Metadata is an object: { … }.", offset: 0 };
}

export function findDraftErrors({ type, name, text }: RecordDraft): DraftErrors {
  const metadata = readMetadata(text);
  return {
    ...findTextError("type", "A record needs a type.", type, RECORD_LIMITS.type),
    ...findTextError("name", "A record needs a name.", name, RECORD_LIMITS.name),
    ...(metadata.type === "broken" && { text: metadata.message }),
  };
}

function findTextError(field: DraftField, empty: string, text: string, longest: number): DraftErrors {
  const { length } = text.trim();
  if (length === 0) return { [field]: empty };
  return length > longest ? { [field]: `At most ${longest} characters: this has ${length}.` } : {};
}

export function isSameDraft(a: RecordDraft, b: RecordDraft): boolean {
  return a.type === b.type && a.name === b.name && a.text === b.text;
}

/** What a save of the draft writes: only what is not as it was. The draft has no errors. */
export function findChanges(draft: RecordDraft, record: FlowRecord): RecordBody {
  const before = toDraft(record);
  const metadata = readMetadata(draft.text);
  const isOther =
    draft.text !== before.text &&
    metadata.type === "value" &&
    // The order of the keys is part of what was written.
    JSON.stringify(metadata.value) !== JSON.stringify(record.metadata);
  return {
    ...(draft.type !== before.type && { type: draft.type.trim() }),
    ...(draft.name !== before.name && { name: draft.name.trim() }),
    ...(isOther && { metadata: metadata.value }),
  };
}
