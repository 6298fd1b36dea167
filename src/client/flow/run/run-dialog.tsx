import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useMemo, useState, useRef } from "react";
import { MAX_IMMEDIATELY_RUN_RECORDS } from "#contract/run.ts";
import { type Problem, isServerDependentProblem } from "#core/dataflow/problem.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { truncateNameToOneLine, quoteName } from "#core/document/quote-name.ts";
import { describeRequestErrorForUser, findMissingScope } from "#client/data/api/api-error.ts";
import { describeRunRequestError } from "#client/data/api/describe-run-error.ts";
import {
  RUN_ON_RECORDS_SCOPES,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { useRecordTypes } from "#client/flow/use-record-types.ts";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { formatDocumentStepCount } from "#client/flow/format-document-step-count.ts";
import {
  UnresolvedProblemList,
  useUnresolvedFlowProblems,
  useRunEnvironment,
} from "#client/flow/publish/open-problems.tsx";
import type { SavedFlowDocument } from "#client/flow/publish/use-publish.ts";
import { RunRecordsField } from "./records-field.tsx";
import { UnavailableFeatureNotice } from "#client/flow/unavailable-feature-notice.tsx";
import { UpgradeLink } from "#client/flow/upgrade-link.tsx";
import { Button, buttonColorClasses } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { Link, useRouter } from "@tanstack/react-router";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { UnconfirmedRunError, flowRunMutations } from "#client/data/mutations/run-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/query-cache.ts";
import { createStillOnPageCheck } from "#client/flow/current-page.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

export type RunDialogProps = {
  readonly flow: { readonly id: string; readonly name: string };
  /** The document in the editor, with unsaved edits; if undefined, the dialog fetches the saved flow. */
  readonly document?: FlowDocument;
  /** Saves the editor's unsaved edits; undefined if there are none. Resolves to undefined if the save failed. */
  readonly onSave?: (() => Promise<SavedFlowDocument | undefined>) | undefined;
  readonly onShowProblem?: (problem: Problem) => void;
  readonly onStarted: (batchId: string) => void;
  readonly onClose: () => void;
};

/**
 * Runs the saved flow on all or on chosen records of a type. If there are unsaved edits, the user decides
 * whether to save them first.
 */
export function RunDialog(props: RunDialogProps) {
  const { flow, onSave, onShowProblem, onClose } = props;
  const document = useDocument(props);
  const choice = useRecordType(flow.id);
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const environment = useRunEnvironment(document);
  const check = useUnresolvedFlowProblems(document, environment);
  const obstacles =
    check.type === "known"
      ? check.problems.filter((problem) => problem.severity === "error" || isServerDependentProblem(problem))
      : [];
  const { run, stage, failure } = useRun({
    flowId: flow.id,
    document,
    onSave,
    onStarted: (batchId) => {
      onClose();
      props.onStarted(batchId);
    },
  });
  const [isSaving, setSaving] = useState(false);
  const start = (saves: boolean) => {
    if (choice.type === undefined) return;
    setSaving(saves);
    void run(choice.chosen ? { recordIds: [...choice.chosen] } : { recordType: choice.type }, {
      isSaving: saves,
    });
  };
  const missing = explainMissingScope(server, ...RUN_ON_RECORDS_SCOPES);
  const feature = choice.chosen ? "runOnRecords" : "runOnRecordType";
  const unavailable = server?.unavailable?.[feature]?.text;
  const blocked = missing ?? unavailable ?? explainBlockedRun(choice, document);

  return (
    <Dialog
      title={`Run ${quoteName(flow.name)}`}
      description={
        <>
          {document && <>{formatDocumentStepCount(document)}. </>}
          {onSave
            ? "Unsaved edits run only if you save them first."
            : "Runs the saved draft, once per record."}
        </>
      }
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {onSave && (
            <Button
              busy={stage !== "idle" && !isSaving}
              disabledReason={blocked}
              onClick={() => start(false)}
            >
              Run saved draft
            </Button>
          )}
          <Button
            variant="primary"
            busy={stage !== "idle" && isSaving === (onSave !== undefined)}
            disabledReason={blocked}
            onClick={() => start(onSave !== undefined)}
          >
            {onSave ? "Save and run" : "Run"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <RecordTypeField choice={choice} onLeave={onClose} />
        {choice.type && choice.count !== 0 && (
          <RunRecordsField type={choice.type} chosen={choice.chosen} onChange={choice.chooseRecords} />
        )}
        {check.type === "known" && check.inputs.length > 0 && <InputsFromRecords names={check.inputs} />}
        {obstacles.length > 0 && (
          <UnresolvedProblemList
            problems={obstacles}
            isAccepted={false}
            onAccept={undefined}
            onOpenEnvironment={onClose}
            {...{ onShowProblem }}
          />
        )}
        {missing !== undefined && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">{missing}</p>
        )}
        <UnavailableFeatureNotice feature={feature} />
        {stage === "starting" && !choice.chosen && server?.mode === "cloud" && (
          <p role="status" className="text-sm text-muted">
            Waiting for the API, which may not respond until the run ends. Closing this dialog doesn’t stop
            the run.
          </p>
        )}
        {failure && unavailable === undefined && (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            {failure.text}
            <UpgradeLink error={failure.error} />
          </p>
        )}
      </div>
    </Dialog>
  );
}

type RecordTypeFieldProps = {
  readonly choice: ReturnType<typeof useRecordType>;
  readonly onLeave: () => void;
};

function RecordTypeField({ choice, onLeave }: RecordTypeFieldProps) {
  const listId = useId();
  const { types, known, type, count, choose } = choice;
  if (types.isListPartial) {
    return (
      <>
        <TextField
          label="Record type"
          data-autofocus=""
          dir="auto"
          list={listId}
          value={type ?? ""}
          hint={choice.chosen ? undefined : describeScope(undefined)}
          warning={
            types.error
              ? `Couldn’t load record types. ${describeRequestErrorForUser(types.error)}`
              : undefined
          }
          onChange={({ target }) => choose(target.value)}
        />
        <datalist id={listId}>
          {known.map((one) => (
            <option key={one.type} value={one.type}>
              {one.type}
            </option>
          ))}
        </datalist>
      </>
    );
  }
  if (types.data && known.length === 0) return <NoRecords onLeave={onLeave} />;
  if (types.error && known.length === 0) {
    return (
      <p role="alert" className="flex flex-wrap items-center gap-2 text-sm text-danger">
        Couldn’t load record types. {describeRequestErrorForUser(types.error)}
        <UpgradeLink error={types.error} />
        <Button size="sm" busy={types.isFetching} onClick={() => void types.refetch()}>
          Retry
        </Button>
      </p>
    );
  }
  return (
    <Select
      label="Record type"
      data-autofocus=""
      value={type ?? ""}
      options={
        type === undefined
          ? [{ value: "", label: "Counting records…" }]
          : known.map((one) => ({
              value: one.type,
              label: `${truncateNameToOneLine(one.type)} (${formatNumber(one.count ?? 0)})`,
            }))
      }
      onChange={({ target }) => choose(target.value)}
      hint={type === undefined || choice.chosen ? undefined : describeScope(count)}
    />
  );
}

const MAX_NAMED = 4;

function InputsFromRecords({ names }: { readonly names: readonly string[] }) {
  const unnamed = names.length - MAX_NAMED;
  return (
    <p className="text-sm break-words text-muted">
      {names.length === 1
        ? "Input read from each record’s metadata: "
        : "Inputs read from each record’s metadata: "}
      <span className="font-mono text-xs">{names.slice(0, MAX_NAMED).join(", ")}</span>
      {unnamed > 0 && ` and ${formatNumber(unnamed)} more`}.
    </p>
  );
}

function explainBlockedRun(
  { types, known, type, count, chosen }: ReturnType<typeof useRecordType>,
  document: FlowDocument | undefined,
): string | undefined {
  if (types.isListPartial && !type) return "Enter a record type.";
  if (type === undefined || count === 0) {
    const hasNone = types.error !== null || (types.data !== undefined && known.length === 0);
    return hasNone ? "No records to run on." : "Counting records…";
  }
  if (document?.steps.length === 0) return "No steps to run.";
  return chosen?.size === 0 ? "Choose at least one record." : undefined;
}

function describeScope(count: number | undefined): string {
  const most = formatNumber(MAX_IMMEDIATELY_RUN_RECORDS);
  if (count === undefined)
    return `Runs on all records of this type: up to ${most} at once, more in the background.`;
  const records = formatCount(count, "record");
  if (count > MAX_IMMEDIATELY_RUN_RECORDS)
    return `Runs on ${records} in the background. You can close this page.`;
  return count === 1 ? `Runs on ${records}.` : `Runs on ${records} in parallel.`;
}

function useDocument({ flow, document }: RunDialogProps): FlowDocument | undefined {
  const { data } = useQuery({ ...flowQueries.detail(flow.id), enabled: !document });
  return useMemo(() => document ?? (data && parseFlowDocument(data.flow)), [document, data]);
}

/**
 * Returns the record types, the chosen type with its count, and the chosen records. If the API lists only the
 * types of recently changed records, the user can enter any type, and its count is unknown.
 */
function useRecordType(flowId: string) {
  const types = useRecordTypes({ isFresh: true });
  const [chosenType, setChosenType] = useState<string>();
  const [chosen, chooseRecords] = useState<ReadonlySet<string>>();
  const newest = useQuery({ ...flowRunQueries.newestBatch(flowId), enabled: !types.isListPartial });
  const known = types.data ?? [];
  const listed = [chosenType, newest.data?.recordType ?? undefined].find((one) =>
    known.some((other) => other.type === one),
  );
  const type = (types.isListPartial ? chosenType : listed) ?? known[0]?.type;
  const count = types.isListPartial ? undefined : (known.find((one) => one.type === type)?.count ?? 0);
  // Clears the chosen records, which belong to the previous type. If the type is typed as text, also returns
  // to all records: the records of a half-typed type cannot be listed.
  const choose = (next: string) => {
    setChosenType(next);
    if (next !== type) chooseRecords(types.isListPartial ? undefined : chosen && new Set());
  };
  return { types, known, type, count, chosen, choose, chooseRecords };
}

function NoRecords({ onLeave }: { readonly onLeave: () => void }) {
  return (
    <EmptyState
      headingLevel={3}
      title="No records yet"
      text="Create or import records, then run the flow."
      action={
        <Link
          to="/records"
          onClick={onLeave}
          className={joinClasses(
            "inline-flex h-8 items-center rounded-md px-3 text-sm font-medium pointer-coarse:h-10",
            buttonColorClasses.secondary,
          )}
        >
          Go to records
        </Link>
      }
    />
  );
}

interface Run {
  readonly flowId: string;
  readonly document: FlowDocument | undefined;
  readonly onSave: (() => Promise<SavedFlowDocument | undefined>) | undefined;
  readonly onStarted: (batchId: string) => void;
}

interface RunFailure {
  readonly text: string;
  readonly error?: unknown;
}

type RunTarget = { readonly recordType: string } | { readonly recordIds: readonly string[] };

type RunStage = "idle" | "saving" | "starting";

/**
 * Saves the unsaved edits if asked to, then starts the run. Stops if the save failed or has merged changes that the
 * user has not seen.
 */
function useRun({ flowId, document, onSave, onStarted }: Run) {
  const client = useQueryClient();
  const router = useRouter();
  const [stage, setStage] = useState<RunStage>("idle");
  const [failure, setFailure] = useState<RunFailure>();
  const isRunning = useRef(false);

  const attempt = async (target: RunTarget, save: Run["onSave"]): Promise<RunFailure | undefined> => {
    // Created before the save: the user may leave the page while the save is in flight.
    const isStillHere = createStillOnPageCheck(router);
    if (save) {
      setStage("saving");
      const saved = await save();
      if (!saved) return { text: "Not started: couldn’t save your edits. They are kept." };
      if (document && !isDocumentUnchangedForSave(saved.document, document))
        return {
          text: "Saved, not started: changes from elsewhere were merged. Review, then run.",
        };
    }
    setStage("starting");
    try {
      const batchId =
        "recordType" in target
          ? await runMutationOutsideComponent(client, flowRunMutations.start(flowId), target.recordType)
          : await runMutationOutsideComponent(
              client,
              flowRunMutations.startOnRecords(flowId),
              target.recordIds,
            );
      if (isStillHere()) onStarted(batchId);
      else toasts.show({ text: "Run started." });
      return undefined;
    } catch (error) {
      return { text: `${save ? "Saved. " : ""}${describeRunError(error)}`, error };
    }
  };

  const run = async (target: RunTarget, { isSaving }: { readonly isSaving: boolean }) => {
    if (isRunning.current) return;
    isRunning.current = true;
    setFailure(undefined);
    const failed = await attempt(target, isSaving ? onSave : undefined).finally(() => {
      isRunning.current = false;
      setStage("idle");
    });
    setFailure(failed);
  };
  return { run, stage, failure };
}

function describeRunError(error: unknown): string {
  if (error instanceof UnconfirmedRunError)
    return "No complete response arrived, so the flow may be running. Check its runs before you run it again.";
  if (findMissingScope(error)) return `Not started. ${describeRunRequestError(error)}`;
  return describeRunRequestError(error);
}
