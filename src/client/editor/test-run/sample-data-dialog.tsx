import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleDashed } from "lucide-react";
import { useId, useMemo, useRef, useState } from "react";
import type { Flow } from "#contract/flow.ts";
import { type JsonObject, isEqualJson } from "#core/json/json.ts";
import { describeRequestErrorForUser, isStaleWriteError } from "#client/data/api/api-error.ts";
import { getNewestVersionWrittenByPage, writeFlow } from "#client/data/api/write-flow.ts";
import { serverCapabilityQueries, offersFeature } from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { ErrorNote } from "#client/page/error-note.tsx";
import { UnsavedFormTextGuard } from "#client/page/unsaved-form-text-guard.tsx";
import { useEditor, useFlowAnalysis } from "#client/editor/session/editor-provider.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { CodeChip, VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { CodeField } from "#client/ui/code/code-field.tsx";
import { ConfirmDialog } from "#client/ui/overlays/confirm-dialog.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { readSampleData, storeSampleDataInBrowser } from "#client/data/device/sample-data.ts";
import { type SampleDataNames, listSampleDataNames, parseSampleData } from "./sample-data.ts";
import { createTestRunForm } from "./test-run-form.ts";

const NO_NAMES: SampleDataNames = { inputs: [], fields: [] };

/** Edits the sample data of the flow: the values that Try it starts with. */
export function SampleDataDialog({ onClose }: { readonly onClose: () => void }) {
  const flow = useOpenFlowState((state) => state.flow);
  const analysis = useFlowAnalysis((state) => state.analysis);
  const names = useMemo(() => (analysis ? listSampleDataNames(analysis) : NO_NAMES), [analysis]);
  const saving = useSampleDataSaving(flow, names, onClose);
  const { isStoredByServer, isPending, isSaved, close } = saving;
  const { text, setText, isEdited, isChangedElsewhere, load } = useSampleDataText(flow, isPending);
  // Reports a syntax error only after an attempt to save, because JSON is incomplete while the user types.
  const [isReported, setReported] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const reading = useMemo(() => parseSampleData(text), [text]);
  const save = () => {
    setReported(true);
    if (reading.type !== "broken" && !isPending) saving.save(reading.value);
  };
  const failure = saving.describeFailure(isChangedElsewhere);
  const viewOnlyReason = useViewOnlyReason();
  const readOnlyReason = isStoredByServer ? viewOnlyReason : undefined;

  return (
    <Dialog
      title="Sample data"
      description="Values for test runs: Try it fills inputs of the same name, and the data of the record (_record.metadata)."
      size="lg"
      // Asks before Escape or a click outside discards edits, except during a save, which includes the edits.
      onClose={!isEdited || isPending ? close : () => setAsking(true)}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" busy={isPending} disabledReason={readOnlyReason} onClick={save}>
            {isChangedElsewhere ? "Replace sample data" : "Save sample data"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <CodeField
          readOnly={readOnlyReason !== undefined}
          label="Sample data (JSON)"
          size="code"
          language="json"
          text={text}
          placeholder={'{ "name": "value" }'}
          error={isReported && reading.type === "broken" ? reading.message : undefined}
          faults={
            reading.type === "broken" ? [{ from: reading.offset, message: reading.message }] : undefined
          }
          hint={
            isStoredByServer
              ? "Saved with the flow, at once. Don’t store personal data or passwords here."
              : "Stored in this browser: the connected API stores no sample data."
          }
          onChange={setText}
        />
        <SampleDataInputs
          names={names}
          isKnown={analysis !== undefined}
          sample={reading.type === "value" ? reading.value : undefined}
          readOnlyReason={readOnlyReason}
          onAdd={(added) =>
            reading.type === "value" && setText(formatSampleData({ ...reading.value, ...added }))
          }
        />
        {isChangedElsewhere && <ChangedElsewhereAlert onLoad={load} />}
        {failure && <ErrorNote>{failure}</ErrorNote>}
      </div>
      {isAsking && (
        <ConfirmDialog
          danger
          title="Discard unsaved changes?"
          description="The text in this dialog will be lost."
          confirmLabel="Discard"
          onConfirm={close}
          onClose={() => setAsking(false)}
        />
      )}
      <UnsavedFormTextGuard
        form={`sample-data-${flow.id}`}
        isBusy={isPending}
        title="Sample data"
        path={`/flows/${encodeURIComponent(flow.id)}`}
        isTyped={() => !isSaved.current && isEdited}
        value={() => text}
        onRestore={(restored) => {
          if (typeof restored === "string") setText(restored);
        }}
      />
    </Dialog>
  );
}

/** Sample data saved elsewhere replaces the text unless the user has edited it. */
function useSampleDataText(flow: Flow, isPending: boolean) {
  const stored = useMemo(() => formatSampleData(readSampleData(flow)), [flow]);
  /** The stored text that the user's edits are based on. */
  const [baseText, setBaseText] = useState(stored);
  const [text, setText] = useState(stored);
  const isEdited = text !== baseText;
  const isChangedElsewhere = stored !== baseText && stored !== text && !isPending;
  const load = () => {
    setBaseText(stored);
    setText(stored);
  };
  if (isChangedElsewhere && !isEdited) load();
  return { text, setText, isEdited, isChangedElsewhere, load };
}

/** Saves sample data on the server, or in this browser if the connected API stores none. */
function useSampleDataSaving(flow: Flow, names: SampleDataNames, onClose: () => void) {
  const client = useQueryClient();
  const { testRun } = useEditor();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isSaved = useRef(false);
  const isClosed = useRef(false);
  const [storageError, setStorageError] = useState(false);
  const isStoredByServer = !server || offersFeature(server, "sampleData");
  const finish = (sample: JsonObject) => {
    isSaved.current = true;
    const isEmpty = Object.keys(sample).length === 0;
    testRun.setState({ form: createTestRunForm(isEmpty ? undefined : sample, names) });
    toasts.show({
      text: isEmpty ? "Removed the sample data." : "Saved the sample data. Try it starts with it.",
      tone: "success",
    });
  };
  const { mutate, isPending, error } = useMutation({
    scope: { id: `flow:${flow.id}` },
    mutationFn: (sampleMetadata: JsonObject | null) =>
      writeFlow(getNewestVersionWrittenByPage(flow), { sampleMetadata }),
    meta: { invalidates: [flowQueries.lists(), flowQueries.detail(flow.id).queryKey] },
    retry: false,
    // Unlike the callbacks of `mutate`, these are also called if the dialog was closed meanwhile.
    onSuccess: (_flow, sample) => finish(sample ?? {}),
    onError: (failure) => {
      if (isClosed.current) toasts.show({ text: describeSaveFailure(failure), tone: "danger" });
      if (isStaleWriteError(failure))
        void client.refetchQueries({ queryKey: flowQueries.detail(flow.id).queryKey });
    },
  });

  return {
    isStoredByServer,
    isPending,
    isSaved,

    close: () => {
      isClosed.current = true;
      onClose();
    },

    save: (sample: JsonObject) => {
      const isEmpty = Object.keys(sample).length === 0;
      if (isStoredByServer) {
        mutate(isEmpty ? null : sample, { onSuccess: onClose });
        return;
      }
      if (!storeSampleDataInBrowser(flow.id, isEmpty ? undefined : sample)) return setStorageError(true);
      finish(sample);
      onClose();
    },

    /** Undefined also if the dialog already reports the remote change that caused the failure. */
    describeFailure: (isChangedElsewhere: boolean): string | undefined => {
      if (storageError) return "Couldn’t save. This browser’s storage is full or blocked.";
      if (!error || isChangedElsewhere) return undefined;
      return isStaleWriteError(error)
        ? "The flow was changed elsewhere meanwhile. Save again to keep both changes."
        : describeSaveFailure(error);
    },
  };
}

function describeSaveFailure(error: unknown): string {
  return `Couldn’t save the sample data. ${describeRequestErrorForUser(error)}`;
}

function ChangedElsewhereAlert({ onLoad }: { readonly onLoad: () => void }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-warning-soft px-3 py-2 text-sm text-warning"
    >
      The sample data was changed elsewhere. Replacing it overwrites that change.
      <Button size="sm" onClick={onLoad}>
        Discard edits and load it
      </Button>
    </div>
  );
}

function formatSampleData(sample: JsonObject | undefined): string {
  return sample && !isEqualJson(sample, {}) ? JSON.stringify(sample, null, 2) : "";
}

type SampleDataInputsProps = {
  readonly names: SampleDataNames;
  readonly isKnown: boolean;
  /** Undefined while the text is not valid sample data. */
  readonly sample: JsonObject | undefined;
  readonly readOnlyReason: string | undefined;
  readonly onAdd: (added: JsonObject) => void;
};

/** Lists the inputs and record fields that a run reads, and whether the sample data has a value for each. */
function SampleDataInputs({ names, isKnown, sample, readOnlyReason, onAdd }: SampleDataInputsProps) {
  const id = useId();
  const rows = [
    ...names.inputs.map((name) => ({ name, label: name })),
    ...names.fields.map((name) => ({ name, label: `_record.metadata.${name}` })),
  ];
  const missing = sample && rows.filter(({ name }) => !Object.hasOwn(sample, name));
  if (!isKnown) return <p className="text-sm text-muted">Checking the flow…</p>;
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2">
      <div className="flex min-h-7 items-center justify-between gap-3">
        <h3 id={id} className="text-sm font-medium">
          Inputs of the flow
        </h3>
        {missing && missing.length > 0 && (
          <Button
            size="sm"
            disabledReason={readOnlyReason}
            onClick={() => onAdd(Object.fromEntries(missing.map(({ name }) => [name, ""])))}
          >
            Add missing
          </Button>
        )}
      </div>
      {rows.length === 0 ? (
        <p className="text-sm text-muted">No inputs. A run reads neither inputs nor fields of a record.</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {rows.map(({ name, label }) => {
            const isSet = sample && Object.hasOwn(sample, name);
            const Icon = isSet ? CircleCheck : CircleDashed;
            return (
              <li key={label} className="flex min-w-0 items-center gap-2 text-sm">
                <Icon
                  aria-hidden="true"
                  className={isSet ? "size-4 shrink-0 text-success" : "size-4 shrink-0 text-muted"}
                />
                <CodeChip text={label} className="max-w-full" />
                <VisuallyHidden>{isSet ? "has a value" : "has no value"}</VisuallyHidden>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
