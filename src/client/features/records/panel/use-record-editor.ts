import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { ApiError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { recordMutations } from "#client/data/mutations/record-mutations.ts";
import { usePersistedFormText } from "#client/data/api/use-persisted-form-text.ts";
import type { RecordQueryData } from "#client/data/queries/record-queries.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { RecordChangedError } from "#client/data/api/update-record.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { quoteName } from "#core/text/quote-name.ts";
import {
  type PersistedRecordForm,
  parsePersistedRecordForm,
  readAndRemoveLegacyRecordForm,
  type RecordFormErrors,
  type RecordFormFieldName,
  type RecordFormState,
  createEmptyRecordFormState,
  createRecordUpdateBody,
  findRecordFormErrors,
  isSameRecordFormState,
  parseRecordMetadataText,
  createRecordFormState,
} from "./record-form-state.ts";

/** The reason why a save failed, if the error is not about a single field. */
export type RecordSaveFailure =
  | { readonly type: "failed"; readonly text: string; readonly error: unknown }
  | { readonly type: "changed"; readonly current: FlowRecord }
  | { readonly type: "gone" };

/** Holds the form state of a record and saves the record. `read` is undefined for a new record. */
export function useRecordEditor(id: string, read: RecordQueryData | undefined, startType: string) {
  const client = useQueryClient();
  const [seen, setSeen] = useState(read?.record);
  const [formState, setFormState] = useState(() => createInitialFormState(seen, startType));
  const [isTried, setTried] = useState(false);
  const [refused, setRefused] = useState<RecordFormErrors>({});
  const [trouble, setTrouble] = useState<RecordSaveFailure>();
  const [isSaving, setSaving] = useState(false);

  const isDirty = !isSameRecordFormState(formState, createInitialFormState(seen, startType));
  const restore = (restored: PersistedRecordForm | undefined) => {
    if (!restored) return;
    setSeen(restored.seen);
    setFormState(restored.draft);
    toasts.show({ text: "Restored your unsaved changes." });
  };
  usePersistedFormText({
    form: `record-${id}`,
    title: formState.name.trim() === "" ? "New record" : quoteName(formState.name),
    path: `${startType === "" ? "/records" : `/records/${encodeURIComponent(startType)}`}?record=${id}`,
    isTyped: () => isDirty,
    value: (): PersistedRecordForm => ({ draft: formState, seen }),
    onRestore: (value) => restore(parsePersistedRecordForm(value)),
    takeOld: () => readAndRemoveLegacyRecordForm(id),
  });
  const show = (record: FlowRecord) => {
    setSeen(record);
    setFormState(createRecordFormState(record));
    setTrouble(undefined);
    setRefused({});
  };
  if (read && read.record !== seen && !isDirty) show(read.record);

  const found = findRecordFormErrors(formState, seen?.metadata);
  const isSound = Object.keys(found).length === 0;

  const change = (field: RecordFormFieldName, text: string) => {
    setFormState((before) => ({ ...before, [field]: text }));
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
      const at = findRefusedField(error, formState);
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
    attempt(() => runMutationOutsideComponent(client, recordMutations.create(), toBody(formState)));
  /** Undefined on failure. `over` is the newer version that the user has agreed to overwrite. */
  const save = (over?: FlowRecord) =>
    seen
      ? attempt(() =>
          runMutationOutsideComponent(
            client,
            recordMutations.update(over ?? seen),
            createRecordUpdateBody(formState, seen),
          ),
        )
      : create();

  return {
    seen,
    formState,
    isDirty,
    isSaving,
    isSound,
    trouble,
    // Reports missing values only after an attempt to save, but invalid JSON immediately.
    errors: {
      ...(found.text && { text: found.text }),
      ...(isTried && found),
      ...refused,
    } as RecordFormErrors,
    hasChanges: !seen || !isSound || Object.keys(createRecordUpdateBody(formState, seen)).length > 0,
    change,
    show,
    save,
    create,
    forgetTrouble: () => setTrouble(undefined),
  };
}

export type RecordEditorState = ReturnType<typeof useRecordEditor>;

function createInitialFormState(record: FlowRecord | undefined, type: string): RecordFormState {
  return record ? createRecordFormState(record) : createEmptyRecordFormState(type);
}

function toBody({ type, name, text }: RecordFormState) {
  const metadata = parseRecordMetadataText(text);
  return {
    type: type.trim(),
    name: name.trim(),
    metadata: metadata.type === "value" ? metadata.value : {},
  };
}

function findRefusedField(error: unknown, { type, name }: RecordFormState): RecordFormErrors | undefined {
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
