import { useEffect, useId, useRef, useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import type { RecordRead } from "#client/data/record-queries.ts";
import { useReadOnlyReason } from "#client/features/records/records-gate.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { Tabs } from "#client/ui/tabs.tsx";
import { toasts } from "#client/ui/toasts.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { cutName, quoteName } from "#core/quote-name.ts";
import { LeaveQuestion, useLeaveQuestion } from "./leave-question.tsx";
import { RecordForm } from "./record-form.tsx";
import { RecordResults } from "./record-results.tsx";
import { SaveProblem } from "./save-problem.tsx";
import { useRecordEditor } from "./use-record-editor.ts";

export type RecordEditorProps = {
  readonly id: string;
  readonly startType: string;
  /** Undefined for a new record. */
  readonly read?: RecordRead;
  /** It was deleted while it was open. */
  readonly isGone?: boolean;
  readonly onClose: () => void;
  readonly onSaved: (record: FlowRecord) => void;
  readonly returnFocus: () => HTMLElement | null;
};

const tabs = [
  { id: "fields", label: "Fields" },
  { id: "results", label: "Runs" },
] as const;

export function RecordEditor(props: RecordEditorProps) {
  const { id, startType, read, isGone = false, onClose, onSaved, returnFocus } = props;
  const editing = useRecordEditor(read, startType);
  const { seen, trouble, isDirty, isSaving, errors } = editing;
  const [tab, setTab] = useState<(typeof tabs)[number]["id"]>("fields");
  const form = useRef<HTMLFormElement>(null);
  const formId = useId();
  const guard = useLeaveQuestion(id, isDirty);
  const readOnlyReason = useReadOnlyReason();
  const nothing = readOnlyReason ?? (editing.hasChanges ? undefined : "Nothing was changed here.");

  const finish = async (saving: Promise<FlowRecord | undefined>) => {
    const saved = await saving;
    if (!saved) return wishFocus(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]"));
    toasts.show({ tone: "success", text: describeSaved(saved, seen) });
    guard.leave(onClose);
    onSaved(saved);
  };
  const save = (over?: FlowRecord) => {
    if (nothing === undefined) void finish(editing.save(over));
  };
  const saveNow = useRef(save);
  useEffect(() => void (saveNow.current = save));
  // The keys of the page, which a dialog keeps from it. Caught before a code field can take them.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isSave = event.key.toLowerCase() === "s" || event.key === "Enter";
      if (!isSave || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      if (!form.current?.contains(document.activeElement)) return;
      event.preventDefault();
      event.stopPropagation();
      saveNow.current();
    };
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);

  const isChanged = read !== undefined && seen !== undefined && read.record.updatedAt !== seen.updatedAt;
  return (
    <Dialog
      variant="sheet"
      title={seen ? cutName(seen.name) : "New record"}
      {...(seen && { description: <RecordFacts record={seen} /> })}
      onClose={onClose}
      returnFocus={returnFocus}
      footer={
        <>
          <Button onClick={onClose}>{isDirty ? "Cancel" : "Close"}</Button>
          <Button
            variant="primary"
            busy={isSaving}
            disabledReason={nothing}
            type="submit"
            form={formId}
            aria-keyshortcuts="Control+S Meta+S"
          >
            {seen ? "Save" : "Create record"}
          </Button>
        </>
      }
    >
      {seen && (
        <div className="mb-4">
          <Tabs label="Record" tabs={tabs} selected={tab} onSelect={setTab} />
        </div>
      )}
      <div hidden={tab !== "fields"}>
        <SaveProblem
          trouble={isGone ? { type: "gone" } : trouble}
          isChanged={isChanged && isDirty}
          editing={editing}
          onOverwrite={save}
          onCreateAgain={() => void finish(editing.create())}
        />
        <RecordForm
          ref={form}
          id={formId}
          draft={editing.draft}
          errors={errors}
          isInexact={read?.isInexact ?? false}
          isReadOnly={readOnlyReason !== undefined}
          isNew={!seen}
          onChange={editing.change}
          onSubmit={() => save()}
        />
      </div>
      {seen && tab === "results" && <RecordResults id={seen.id} />}
      <LeaveQuestion guard={guard} name={seen?.name} />
    </Dialog>
  );
}

function RecordFacts({ record }: { readonly record: FlowRecord }) {
  return (
    <span className="flex flex-wrap gap-x-3">
      <span>
        Updated <RelativeTime time={record.updatedAt} />
      </span>
      <span>
        Created <RelativeTime time={record.createdAt} />
      </span>
    </span>
  );
}

function describeSaved(saved: FlowRecord, before: FlowRecord | undefined): string {
  if (!before) return `Created ${quoteName(saved.name)}.`;
  if (saved.type !== before.type)
    return `Saved ${quoteName(saved.name)}. It is one of ${quoteName(saved.type)} now.`;
  return `Saved ${quoteName(saved.name)}.`;
}
