import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { ApiError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { recordMutations } from "#client/data/mutations/record-mutations.ts";
import { usePersistedFormText } from "#client/data/api/use-local-text.ts";
import type { RecordQueryData } from "#client/data/queries/record-queries.ts";
import { runMutationOutsideComponent } from "#client/data/queries/query-cache.ts";
import { RecordChangedError } from "#client/data/api/write-record.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { quoteName } from "#core/document/quote-name.ts";
import {
  type PersistedRecordDraftWithSeenRecord,
  parsePersistedRecordDraft,
  readAndRemoveLegacyRecordDraft,
  type RecordDraftErrors,
  type RecordDraftFieldName,
  type RecordDraft,
  createEmptyRecordDraft,
  createRecordUpdateBodyFromDraft,
  findRecordDraftErrors,
  isSameRecordDraft,
  parseRecordMetadataText,
  createRecordDraftFromRecord,
} from "./record-draft.ts";

/** The reason why a save failed, if the error is not about a single field. */
export type RecordSaveFailure =
  | { readonly type: "failed"; readonly text: string; readonly error: unknown }
  | { readonly type: "changed"; readonly current: FlowRecord }
  | { readonly type: "gone" };

/** Holds the form state of a record and saves the record. `read` is undefined for a new record. */
export function useRecordEditor(id: string, read: RecordQueryData | undefined, startType: string) {
  const client = useQueryClient();
  const [seen, setSeen] = useState(read?.record);
  const [draft, setDraft] = useState(() => startDraft(seen, startType));
  const [isTried, setTried] = useState(false);
  const [refused, setRefused] = useState<RecordDraftErrors>({});
  const [trouble, setTrouble] = useState<RecordSaveFailure>();
  const [isSaving, setSaving] = useState(false);

  const isDirty = !isSameRecordDraft(draft, startDraft(seen, startType));
  const restore = (restored: PersistedRecordDraftWithSeenRecord | undefined) => {
    if (!restored) return;
    setSeen(restored.seen);
    setDraft(restored.draft);
    toasts.show({ text: "Restored your unsaved changes." });
  };
  usePersistedFormText({
    form: `record-${id}`,
    title: draft.name.trim() === "" ? "New record" : quoteName(draft.name),
    path: `${startType === "" ? "/records" : `/records/${encodeURIComponent(startType)}`}?record=${id}`,
    isTyped: () => isDirty,
    value: (): PersistedRecordDraftWithSeenRecord => ({ draft, seen }),
    onRestore: (value) => restore(parsePersistedRecordDraft(value)),
    takeOld: () => readAndRemoveLegacyRecordDraft(id),
  });
  const show = (record: FlowRecord) => {
    setSeen(record);
    setDraft(createRecordDraftFromRecord(record));
    setTrouble(undefined);
    setRefused({});
  };
  if (read && read.record !== seen && !isDirty) show(read.record);

  const found = findRecordDraftErrors(draft);
  const isSound = Object.keys(found).length === 0;

  const change = (field: RecordDraftFieldName, text: string) => {
    setDraft((before) => ({ ...before, [field]: text }));
    setRefused({});
  };

  const attempt = async (send: () => Promise<FlowRecord>): Promise<FlowRecord | undefined> => {
    setTried(true);
    setTrouble(undefined);
    if (!isSound || isSaving) return undefined;
    setSaving(true);
    try {
      return await send();
    } catch (error) {
      const at = findRefusedField(error, draft);
      if (error instanceof RecordChangedError) setTrouble({ type: "changed", current: error.current });
      else if (at) setRefused(at);
      else if (seen && error instanceof ApiError && error.status === 404) setTrouble({ type: "gone" });
      else setTrouble({ type: "failed", text: describeRequestErrorForUser(error), error });
      return undefined;
    } finally {
      setSaving(false);
    }
  };
  const create = () =>
    attempt(() => runMutationOutsideComponent(client, recordMutations.create(), toBody(draft)));
  /**
   * Saves the record; resolves to undefined on failure. `over` is the newer version that the user has agreed to
   * overwrite.
   */
  const save = (over?: FlowRecord) =>
    seen
      ? attempt(() =>
          runMutationOutsideComponent(
            client,
            recordMutations.update(over ?? seen),
            createRecordUpdateBodyFromDraft(draft, seen),
          ),
        )
      : create();

  return {
    seen,
    draft,
    isDirty,
    isSaving,
    isSound,
    trouble,
    // Reports missing values only after an attempt to save, but invalid JSON immediately.
    errors: {
      ...(found.text && { text: found.text }),
      ...(isTried && found),
      ...refused,
    } as RecordDraftErrors,
    hasChanges: !seen || !isSound || Object.keys(createRecordUpdateBodyFromDraft(draft, seen)).length > 0,
    change,
    show,
    save,
    create,
    forgetTrouble: () => setTrouble(undefined),
  };
}

export type RecordEditorState = ReturnType<typeof useRecordEditor>;

function startDraft(record: FlowRecord | undefined, type: string): RecordDraft {
  return record ? createRecordDraftFromRecord(record) : createEmptyRecordDraft(type);
}

function toBody({ type, name, text }: RecordDraft) {
  const metadata = parseRecordMetadataText(text);
  return {
    type: type.trim(),
    name: name.trim(),
    metadata: metadata.type === "value" ? metadata.value : {},
  };
}

function findRefusedField(error: unknown, { type, name }: RecordDraft): RecordDraftErrors | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.status === 409) {
    const text = `A ${quoteName(type.trim())} record named ${quoteName(name.trim())} already exists.`;
    return { name: text };
  }
  const [detail] = error.details;
  if (error.status !== 400 || detail?.path === undefined) return undefined;
  const [field] = detail.path.split(".");
  if (field === "type" || field === "name") return { [field]: detail.message };
  return field === "metadata" ? { text: detail.message } : undefined;
}
