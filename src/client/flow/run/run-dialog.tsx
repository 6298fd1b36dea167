import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { IMMEDIATE_RECORDS } from "#contract/run.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { cutName, quoteName } from "#core/quote-name.ts";
import { isEnabled } from "#core/step.ts";
import { describeError } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { hasScope } from "#client/data/has-scope.ts";
import { recordQueries } from "#client/data/record-queries.ts";
import { runQueries } from "#client/data/run-queries.ts";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { OpenProblems } from "#client/flow/publish/open-problems.tsx";
import { useOpenProblems } from "#client/flow/publish/use-open-problems.ts";
import type { Saved } from "#client/flow/publish/use-publish.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { formatCount, formatNumber } from "#client/ui/format-count.ts";
import { Select } from "#client/ui/select.tsx";
import { MAY_NOT_RUN } from "./may-not-run.ts";
import { NoRecords } from "./no-records.tsx";
import { useRun } from "./use-run.ts";

export type RunDialogProps = {
  readonly flow: { readonly id: string; readonly name: string };
  /** What stands on the page, unsaved edits included; without it the saved flow is read. */
  readonly document?: FlowDocument;
  /** There are unsaved edits: saves them. Resolves to what the server holds then, or undefined where that failed. */
  readonly onSave?: (() => Promise<Saved | undefined>) | undefined;
  readonly onShowStep?: (key: StepKey) => void;
  readonly onStarted: (batchId: string) => void;
  readonly onClose: () => void;
};

/** Runs a flow on the records of a type. What runs is what is saved: unsaved edits are saved first, or left out knowingly. */
export function RunDialog(props: RunDialogProps) {
  const { flow, onSave, onShowStep, onClose } = props;
  const document = useDocument(props);
  const types = useQuery({ ...recordQueries.types(), staleTime: 0 });
  const [chosen, setChosen] = useState<string>();
  const lastType = useLastType(flow.id);
  const known = types.data ?? [];
  const type = [chosen, lastType].find((one) => known.some((other) => other.type === one)) ?? known[0]?.type;
  const count = known.find((one) => one.type === type)?.count ?? 0;
  const check = useOpenProblems(document);
  const errors = check.type === "known" ? check.problems.filter(({ severity }) => severity === "error") : [];
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
    if (type === undefined) return;
    setSaving(saves);
    void run(type, { isSaving: saves });
  };
  const { data: server } = useQuery(capabilityQueries.current());
  const mayRun = hasScope(server, "FLOWS:EXECUTE");
  const hasNone = types.isSuccess && known.length === 0;
  const blocked = !mayRun
    ? MAY_NOT_RUN
    : type === undefined || count === 0
      ? hasNone || types.isError
        ? "There is no record to run it on."
        : "The records are being counted."
      : document?.steps.length === 0
        ? "The flow has no steps yet."
        : undefined;

  return (
    <Dialog
      title={`Run ${quoteName(flow.name)}`}
      description={
        <>
          {document && <>{describeSteps(document.steps.length, countOff(document))}. </>}
          {onSave
            ? "What is saved is what runs, and there are edits that are not saved yet."
            : "It runs as it is saved, once for each record."}
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
              Run the saved version
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
        {hasNone ? (
          <NoRecords onLeave={onClose} />
        ) : types.isError && known.length === 0 ? (
          <p role="alert" className="flex flex-wrap items-center gap-2 text-sm text-danger">
            The types of records could not be read. {describeError(types.error)}
            <Button size="sm" busy={types.isFetching} onClick={() => void types.refetch()}>
              Try again
            </Button>
          </p>
        ) : (
          <Select
            label="Records of the type"
            data-autofocus=""
            value={type ?? ""}
            options={
              type === undefined
                ? [{ value: "", label: "Counting the records…" }]
                : known.map((one) => ({
                    value: one.type,
                    label: `${cutName(one.type)} (${formatNumber(one.count)})`,
                  }))
            }
            onChange={({ target }) => setChosen(target.value)}
            hint={type === undefined ? undefined : describeScope(count)}
          />
        )}
        {errors.length > 0 && (
          <OpenProblems problems={errors} isAccepted={false} onAccept={undefined} {...{ onShowStep }} />
        )}
        {!mayRun && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">{MAY_NOT_RUN}</p>
        )}
        {failure !== undefined && (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            {failure}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function describeScope(count: number): string {
  const records = formatCount(count, "record");
  if (count > IMMEDIATE_RECORDS)
    return `${records}: more than ${IMMEDIATE_RECORDS} run in the background, whether this page is open or not.`;
  return count === 1 ? `${records}, run at once.` : `${records}, run at once. Each is a run of its own.`;
}

/** What would run. */
function useDocument({ flow, document }: RunDialogProps): FlowDocument | undefined {
  const { data } = useQuery({ ...flowQueries.detail(flow.id), enabled: !document });
  return useMemo(() => document ?? (data && parseFlow(data.flow)), [document, data]);
}

/** What it was run on last: most often it is run on that again. */
function useLastType(flowId: string): string | undefined {
  const { data } = useQuery(runQueries.newestBatch(flowId));
  return data?.recordType ?? undefined;
}

function countOff({ steps }: FlowDocument): number {
  return steps.filter((node) => !isEnabled(node)).length;
}
