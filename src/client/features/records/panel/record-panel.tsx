import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef, useState } from "react";
import { useBlocker } from "@tanstack/react-router";
import type { FlowRecord } from "#contract/record.ts";
import { ApiError, isRetryableError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import {
  type PendingDeletionState,
  pendingDeletionScheduler,
  usePendingDeletionStateOfId,
} from "#client/data/mutations/pending-deletions.ts";
import { recordQueries, type RecordQueryData } from "#client/data/queries/record-queries.ts";
import { NEW_RECORD_ID } from "#client/features/records/record-list-search-params.ts";
import { Dialog, RunOnMount } from "#client/ui/overlays/dialog.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { Tabs } from "#client/ui/controls/tabs.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { truncateNameToOneLine, quoteName } from "#core/text/quote-name.ts";
import { isFormTextOfSignOut } from "#client/data/api/unsaved-form-texts.ts";
import { LeavePageQuestion } from "#client/page/unsaved-form-text-guard.tsx";
import { RecordTypeInput } from "#client/features/records/record-type-input.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { MetadataField } from "./metadata-field.tsx";
import { RecordResults } from "./record-results.tsx";
import { RecordSaveFailureMessage } from "./record-save-failure-message.tsx";
import { useRecordEditor } from "./use-record-editor.ts";
import type { RecordFormErrors, RecordFormFieldName, RecordFormState } from "./record-form-state.ts";

type RecordPanelProps = {
  readonly id: string;
  readonly type: string;
  readonly onClose: () => void;
  readonly onSaved: (record: FlowRecord) => void;
  readonly returnFocus: () => HTMLElement | null;
};

export function RecordPanel({ id, type, ...panel }: RecordPanelProps) {
  if (id === NEW_RECORD_ID) return <RecordEditor id={id} startType={type} {...panel} />;
  return <ExistingRecord id={id} {...panel} />;
}

function ExistingRecord({ id, ...panel }: Omit<RecordPanelProps, "type">) {
  const { data, error, isFetching, refetch } = useQuery(recordQueries.detail(id));
  const deletion = usePendingDeletionStateOfId(id);
  const isGone = error instanceof ApiError && error.status === 404;
  if (deletion) return <RecordDeletion id={id} name={data?.record.name} state={deletion} {...panel} />;
  if (data)
    return <RecordEditor id={id} startType={data.record.type} read={data} isGone={isGone} {...panel} />;
  return (
    <Dialog variant="sheet" title="Record" onClose={panel.onClose} returnFocus={panel.returnFocus}>
      {error ? (
        <ErrorState
          headingLevel={3}
          title={isGone ? "Record not found" : "Couldn’t load the record"}
          text={describeRequestErrorForUser(error)}
          retrying={isFetching}
          {...(isRetryableError(error) && { onRetry: () => void refetch() })}
        />
      ) : (
        <SkeletonRows label="Loading record" rows={4} />
      )}
    </Dialog>
  );
}

type RecordDeletionProps = Pick<RecordPanelProps, "id" | "onClose" | "returnFocus"> & {
  readonly name: string | undefined;
  readonly state: PendingDeletionState;
};

/** Replaces the form while the record is being deleted, so that nothing about the record looks editable. */
function RecordDeletion({ id, name, state, onClose, returnFocus }: RecordDeletionProps) {
  const isUndoable = state === "waiting";
  return (
    <Dialog
      variant="sheet"
      title={`Deleting ${name === undefined ? "the record" : quoteName(name)}…`}
      description={isUndoable ? "You can undo this for a few seconds." : "This can no longer be undone."}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {isUndoable && <Button onClick={() => pendingDeletionScheduler.undo(id)}>Undo</Button>}
        </>
      }
      onClose={onClose}
      returnFocus={returnFocus}
    />
  );
}

type RecordEditorProps = {
  readonly id: string;
  readonly startType: string;
  readonly read?: RecordQueryData;
  readonly isGone?: boolean;
  readonly onClose: () => void;
  readonly onSaved: (record: FlowRecord) => void;
  readonly returnFocus: () => HTMLElement | null;
};

const tabs = [
  { id: "details", label: "Details" },
  { id: "results", label: "Runs" },
] as const;

function RecordEditor(props: RecordEditorProps) {
  const { id, startType, read, isGone = false, onClose, onSaved, returnFocus } = props;
  const editing = useRecordEditor(id, read, startType);
  const { seen, trouble, isDirty, isSaving, errors } = editing;
  const [tab, setTab] = useState<(typeof tabs)[number]["id"]>("details");
  const [isFinishing, setFinishing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const formId = useId();
  const guard = useLeaveQuestion(id, isDirty);
  const readOnlyReason = useMissingScope("RECORDS:WRITE");
  const saveDisabledReason = readOnlyReason ?? (editing.hasChanges ? undefined : "No changes.");

  const finish = async (saving: Promise<FlowRecord | undefined>) => {
    setFinishing(true);
    const saved = await saving;
    if (!saved) {
      setFinishing(false);
      return requestFocusWhenRendered(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]"));
    }
    toasts.show({ tone: "success", text: describeSaved(saved, seen) });
    guard.leave(onClose);
    onSaved(saved);
  };
  const save = (over?: FlowRecord) => {
    if (saveDisabledReason === undefined) void finish(editing.save(over));
  };

  const isChanged = read !== undefined && seen !== undefined && read.record.updatedAt !== seen.updatedAt;
  return (
    <Dialog
      variant="sheet"
      title={seen ? truncateNameToOneLine(seen.name) : "New record"}
      {...(seen && { description: <RecordFacts record={seen} /> })}
      onClose={onClose}
      returnFocus={returnFocus}
      footer={
        <>
          <Button onClick={onClose}>{isDirty ? "Cancel" : "Close"}</Button>
          <Button
            variant="primary"
            busy={isSaving}
            disabledReason={saveDisabledReason}
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
      <div hidden={tab !== "details"}>
        <RecordSaveFailureMessage
          trouble={isGone ? { type: "gone" } : trouble}
          isChanged={isChanged && isDirty}
          editing={editing}
          readOnlyReason={readOnlyReason}
          onOverwrite={save}
          onCreateAgain={() => void finish(editing.create())}
        />
        <RecordForm
          ref={form}
          id={formId}
          formState={editing.formState}
          errors={errors}
          isInexact={read?.isInexact ?? false}
          isReadOnly={readOnlyReason !== undefined}
          isNew={!seen}
          onChange={editing.change}
          onSubmit={() => save()}
        />
        <RunOnMount run={() => form.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus()} />
      </div>
      {seen && tab === "results" && <RecordResults id={seen.id} />}
      <LeavePageQuestion
        blocker={guard.blocker}
        isBusy={isFinishing}
        busyText="You’ll leave when the record is saved."
        text={seen ? `Your changes to ${quoteName(seen.name)} will be lost.` : "The new record will be lost."}
      />
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
  if (saved.type !== before.type) return `Saved ${quoteName(saved.name)} as ${quoteName(saved.type)}.`;
  return `Saved ${quoteName(saved.name)}.`;
}

/** Asks for confirmation before the user loses unsaved text by closing the panel, going back or closing the page. */
function useLeaveQuestion(id: string, isDirty: boolean) {
  const mayLeave = useRef(false);
  const proceed = useRef<() => void>(undefined);
  const blocker = useBlocker({
    shouldBlockFn: ({ next }) => {
      const staysHere = "record" in next.search && next.search.record === id;
      return isDirty && !mayLeave.current && !staysHere && !isFormTextOfSignOut(`record-${id}`);
    },
    enableBeforeUnload: () => isDirty && !mayLeave.current,
    withResolver: true,
  });
  useImperativeHandle(proceed, () => blocker.proceed);
  return {
    blocker,
    /** Without the question, because the text is saved. Continues the navigation if the dialog is open. */
    leave: (run: () => void) => {
      mayLeave.current = true;
      (proceed.current ?? run)();
    },
  };
}

function isSaveShortcut({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return (key.toLowerCase() === "s" || key === "Enter") && (ctrlKey || metaKey) && !altKey && !shiftKey;
}

type RecordFormProps = {
  readonly ref: Ref<HTMLFormElement>;
  readonly id: string;
  readonly formState: RecordFormState;
  readonly errors: RecordFormErrors;
  readonly isInexact: boolean;
  readonly isReadOnly: boolean;
  readonly isNew: boolean;
  readonly onChange: (field: RecordFormFieldName, text: string) => void;
  readonly onSubmit: () => void;
};

function RecordForm(props: RecordFormProps) {
  const { ref, id, formState, errors, isInexact, isReadOnly, isNew, onChange, onSubmit } = props;
  const typeFirst = isNew && formState.type === "";
  return (
    <form
      ref={ref}
      id={id}
      noValidate
      className="flex flex-col gap-4"
      // The page's shortcuts are disabled. The target may be in a code editor or in a dialog of the form.
      onKeyDownCapture={(event) => {
        const isInForm = event.target instanceof Node && event.currentTarget.contains(event.target);
        if (!isInForm || !isSaveShortcut(event)) return;
        event.preventDefault();
        event.stopPropagation();
        onSubmit();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <RecordTypeInput
        hint={isNew ? "For example customer. A flow runs on all records of a type." : undefined}
        value={formState.type}
        error={errors.type}
        readOnly={isReadOnly}
        {...(typeFirst && { "data-autofocus": "" })}
        onChange={({ target }) => onChange("type", target.value)}
      />
      <TextField
        label="Name"
        dir="auto"
        value={formState.name}
        error={errors.name}
        readOnly={isReadOnly}
        {...(!typeFirst && { "data-autofocus": "" })}
        onChange={({ target }) => onChange("name", target.value)}
      />
      <MetadataField
        text={formState.text}
        error={errors.text}
        isReadOnly={isReadOnly}
        isInexact={isInexact}
        onChange={(text) => onChange("text", text)}
      />
    </form>
  );
}
