import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { ApiError, describeError, needsSignIn } from "#client/data/api-error.ts";
import { recordMutations } from "#client/data/record-mutations.ts";
import type { RecordRead } from "#client/data/record-queries.ts";
import { runMutation } from "#client/data/run-mutation.ts";
import { RecordChangedError } from "#client/data/write-record.ts";
import { quoteName } from "#core/quote-name.ts";
import {
  type DraftErrors,
  type DraftField,
  type RecordDraft,
  emptyDraft,
  findChanges,
  findDraftErrors,
  isSameDraft,
  readMetadata,
  toDraft,
} from "./record-draft.ts";

/** Why a save did not go through, where no field is to blame. */
export type SaveTrouble =
  | { readonly type: "failed"; readonly text: string; readonly needsSignIn: boolean }
  /** Somebody else has changed just what was about to be written over. */
  | { readonly type: "changed"; readonly current: FlowRecord }
  | { readonly type: "gone" };

/** What is typed into the fields of a record, and its way to the server. `read` is undefined for a new record. */
export function useRecordEditor(read: RecordRead | undefined, startType: string) {
  const client = useQueryClient();
  /** The record as it was when the present edits began. */
  const [seen, setSeen] = useState(read?.record);
  const [draft, setDraft] = useState(() => startDraft(seen, startType));
  const [isTried, setTried] = useState(false);
  const [refused, setRefused] = useState<DraftErrors>({});
  const [trouble, setTrouble] = useState<SaveTrouble>();
  const [isSaving, setSaving] = useState(false);

  const isDirty = !isSameDraft(draft, startDraft(seen, startType));
  const show = (record: FlowRecord) => {
    setSeen(record);
    setDraft(toDraft(record));
    setTrouble(undefined);
    setRefused({});
  };
  // A record that is only being looked at is shown as it is now.
  if (read && read.record !== seen && !isDirty) show(read.record);

  const found = findDraftErrors(draft);
  const isSound = Object.keys(found).length === 0;

  const change = (field: DraftField, text: string) => {
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
      else setTrouble({ type: "failed", text: describeError(error), needsSignIn: needsSignIn(error) });
      return undefined;
    } finally {
      setSaving(false);
    }
  };
  const create = () => attempt(() => runMutation(client, recordMutations.create(), toBody(draft)));
  /** Resolves to what the server now holds. `over` is a version that the person has agreed to write over. */
  const save = (over?: FlowRecord) =>
    seen
      ? attempt(() => runMutation(client, recordMutations.update(over ?? seen), findChanges(draft, seen)))
      : create();

  return {
    seen,
    draft,
    isDirty,
    isSaving,
    isSound,
    trouble,
    // What is missing is said once somebody wants to save; JSON that does not parse, as it is typed.
    errors: { ...(found.text && { text: found.text }), ...(isTried && found), ...refused } as DraftErrors,
    hasChanges: !seen || !isSound || Object.keys(findChanges(draft, seen)).length > 0,
    change,
    show,
    save,
    create,
    forgetTrouble: () => setTrouble(undefined),
  };
}

export type RecordEditing = ReturnType<typeof useRecordEditor>;

function startDraft(record: FlowRecord | undefined, type: string): RecordDraft {
  return record ? toDraft(record) : emptyDraft(type);
}

function toBody({ type, name, text }: RecordDraft) {
  const metadata = readMetadata(text);
  return {
    type: type.trim(),
    name: name.trim(),
    metadata: metadata.type === "value" ? metadata.value : {},
  };
}

/** What the server has against one of the fields. */
function findRefusedField(error: unknown, { type, name }: RecordDraft): DraftErrors | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.status === 409) {
    const text = `There is another ${quoteName(type.trim())} called ${quoteName(name.trim())}. Two records of a type may not share a name.`;
    return { name: text };
  }
  const [detail] = error.details;
  if (error.status !== 400 || detail?.path === undefined) return undefined;
  const [field] = detail.path.split(".");
  if (field === "type" || field === "name") return { [field]: detail.message };
  return field === "metadata" ? { text: detail.message } : undefined;
}
