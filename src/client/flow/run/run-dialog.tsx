import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type Problem, isServerDependentProblem } from "#core/dataflow/problem.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import {
  RUN_ON_RECORDS_SCOPES,
  explainMissingFeature,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { NO_STEPS_REASON, type PublishStateFields, getPublishState } from "#client/flow/publish-state.ts";
import {
  type FlowEffects,
  countEitherEffects,
  countFlowEffects,
  describeSentEffects,
} from "#client/flow/flow-effects.ts";
import { formatDocumentStepCount } from "#client/flow/format-document-step-count.ts";
import {
  UnresolvedProblemList,
  useUnresolvedFlowProblems,
  useRunEnvironment,
} from "#client/flow/publish/unresolved-problem-list.tsx";
import type { SavedFlowDocument } from "#client/flow/publish/use-publish.ts";
import { UnavailableFeatureNotice } from "#client/page/unavailable-feature-notice.tsx";
import { ErrorNote } from "#client/page/error-note.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { formatNumber } from "#client/ui/format/format-count.ts";
import { useHasTimeElapsed } from "#client/ui/hooks/use-has-time-elapsed.ts";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { findRecordUse } from "./record-use.ts";
import { RecordTypeField } from "./record-type-field.tsx";
import { RunRecordsField } from "./records-field.tsx";
import { type RecordTypeChoice, useRecordType } from "./use-record-type.ts";
import { useRun } from "./use-run.ts";

export type RunDialogProps = {
  readonly flow: PublishStateFields & { readonly id: string; readonly name: string };
  /** The document in the editor, with unsaved edits; if undefined, the dialog fetches the saved flow. */
  readonly document?: FlowDocument;
  /** Saves the editor's unsaved edits; undefined if there are none. Resolves to undefined if the save failed. */
  readonly onSave?: (() => Promise<SavedFlowDocument | undefined>) | undefined;
  readonly onShowProblem?: (problem: Problem) => void;
  readonly onStarted: (batchId: string) => void;
  readonly onClose: () => void;
};

/** If there are unsaved edits, the user decides whether to save them first. */
export function RunDialog(props: RunDialogProps) {
  const { flow, onSave, onShowProblem, onClose } = props;
  const { document, saved, error } = useDocuments(props);
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const environment = useRunEnvironment(document);
  const check = useUnresolvedFlowProblems(document, environment);
  const obstacles =
    check.type === "known"
      ? check.problems.filter((problem) => problem.severity === "error" || isServerDependentProblem(problem))
      : [];
  const use = useMemo(
    () => (check.type === "known" ? findRecordUse(check.inputs, check.recordReads) : undefined),
    [check],
  );
  const choice = useRecordType(flow.id, use);
  const records = choice.chosen ? choice.chosen.size : choice.count;
  const effects = useEffects([document, saved]);
  const sent = describeSentEffects(effects, records);
  /** Identifies what the user confirms: the same number of another type needs another confirmation. */
  const confirmation = sent === undefined ? undefined : `${choice.type ?? ""}: ${sent}`;
  const [accepted, setAccepted] = useState<string>();
  const { run, stage, failure } = useRun({
    flow,
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
  const unavailable = explainMissingFeature(server, feature);
  const blocked =
    missing ??
    unavailable ??
    (document && saved ? undefined : error ? "Couldn’t load the flow." : "Loading the flow…") ??
    explainBlockedRun(choice, document) ??
    (confirmation === accepted || confirmation === undefined ? undefined : "Confirm what will be sent.");

  return (
    <Dialog
      title={`Run ${quoteName(flow.name)}`}
      description={
        <>
          {document && <>{formatDocumentStepCount(document)}. </>}
          {onSave ? "Unsaved edits run only if you save them first." : describeSavedRun(flow)}
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
        {use?.type === "nothing" && choice.type !== undefined && records !== 0 && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
            {describeEqualResults(records, effects.has("model"))}
          </p>
        )}
        {obstacles.length > 0 && (
          <UnresolvedProblemList
            problems={obstacles}
            isAccepted={false}
            onAccept={undefined}
            onOpenEnvironment={onClose}
            onShowProblem={onShowProblem}
          />
        )}
        {sent !== undefined && choice.type !== undefined && records !== 0 && (
          <label className="flex items-start gap-2 rounded-md border border-line px-3 py-2 text-sm font-medium pointer-coarse:py-3">
            <input
              type="checkbox"
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={confirmation === accepted}
              onChange={({ target }) => setAccepted(target.checked ? confirmation : undefined)}
            />
            <span className="min-w-0 break-words">{`Send ${sent}`}</span>
          </label>
        )}
        {error && <ErrorNote>Couldn’t load the flow. {describeRequestErrorForUser(error)}</ErrorNote>}
        {missing !== undefined && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">{missing}</p>
        )}
        <UnavailableFeatureNotice feature={feature} />
        <WaitingNote isStarting={stage === "starting"} />
        {failure && unavailable === undefined && <ErrorNote error={failure.error}>{failure.text}</ErrorNote>}
      </div>
    </Dialog>
  );
}

/** A connected API may answer only when the run on a record type ends. */
function WaitingNote({ isStarting }: { readonly isStarting: boolean }) {
  const isLong = useHasTimeElapsed(1000, isStarting);
  return (
    isLong && (
      <p role="status" className="text-sm text-muted">
        Waiting for a response, which may come only when the run ends. Closing this dialog doesn’t stop the
        run.
      </p>
    )
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
  { types, known, type, count, chosen }: RecordTypeChoice,
  document: FlowDocument | undefined,
): string | undefined {
  if (types.isListPartial && !type) return "Enter a record type.";
  const hasNone = types.data !== undefined && known.length === 0;
  if ((type === undefined && hasNone && !types.isListPartial) || count === 0) return "No records to run on.";
  if (type === undefined) {
    if (types.data) return "Choose a record type.";
    return types.error ? "Couldn’t load record types." : "Counting records…";
  }
  if (document?.steps.length === 0) return NO_STEPS_REASON;
  return chosen?.size === 0 ? "Choose at least one record." : undefined;
}

function describeSavedRun(flow: PublishStateFields): string {
  const { publishedVersionNumber: version } = flow;
  const live = version == null ? "the published version" : `version ${version}`;
  const isOther = getPublishState(flow) === "changed";
  return `Runs the saved draft${isOther ? ` (not ${live})` : ""} once for each record.`;
}

function describeEqualResults(records: number | undefined, callsModel: boolean): string {
  // A model may answer differently each time.
  if (records === 1 || callsModel) return "This flow reads nothing from the record.";
  const results = records === undefined ? "all results" : `all ${formatNumber(records)} results`;
  return `This flow reads nothing from the record: ${results} will be the same.`;
}

/** The document in the editor and the saved one. `error`: why the saved one cannot be shown. */
function useDocuments({ flow, document, onSave }: RunDialogProps) {
  const isSavedNeeded = document === undefined || onSave !== undefined;
  const { data, error } = useQuery({ ...flowQueries.detail(flow.id), enabled: isSavedNeeded });
  const saved = useMemo(
    () => (isSavedNeeded ? data && parseFlowDocument(data.flow) : document),
    [isSavedNeeded, data, document],
  );
  return { document: document ?? saved, saved, error: saved ? null : error };
}

/** Counts the effects of a run of the edits or of the saved draft, because the user may run either. */
function useEffects(documents: readonly [FlowDocument | undefined, FlowDocument | undefined]): FlowEffects {
  const [document, saved] = documents;
  return useMemo(() => {
    const counted = [document, saved].flatMap((one) => (one ? [countFlowEffects(one.steps)] : []));
    return countEitherEffects(counted);
  }, [document, saved]);
}
