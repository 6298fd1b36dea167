import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { findMissingScope } from "#client/data/api/api-error.ts";
import { describeRunRequestError } from "#client/data/api/describe-run-error.ts";
import { UnconfirmedRunError, flowRunMutations } from "#client/data/mutations/run-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { createStillOnPageCheck } from "#client/page/current-page.ts";
import type { SavedFlowDocument } from "#client/flow/publish/use-publish.ts";
import { useIsMounted } from "#client/ui/hooks/use-is-mounted.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

interface Run {
  readonly flow: { readonly id: string; readonly name: string };
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

/** Stops if the save failed or has merged changes. After the dialog is closed, reports in a toast. */
export function useRun({ flow, document, onSave, onStarted }: Run) {
  const client = useQueryClient();
  const router = useRouter();
  const [stage, setStage] = useState<RunStage>("idle");
  const [failure, setFailure] = useState<RunFailure>();
  const isRunning = useRef(false);
  const isOpen = useIsMounted();

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
          ? await runMutationOutsideComponent(client, flowRunMutations.start(flow.id), target.recordType)
          : await runMutationOutsideComponent(
              client,
              flowRunMutations.startOnRecords(flow.id),
              target.recordIds,
            );
      if (isOpen.current && isStillHere()) onStarted(batchId);
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
    if (failed && !isOpen.current)
      toasts.show({ tone: "danger", text: `Run of ${quoteName(flow.name)}: ${failed.text}` });
  };
  return { run, stage, failure };
}

function describeRunError(error: unknown): string {
  if (error instanceof UnconfirmedRunError)
    return "No complete response arrived, so the flow may be running. Check its runs before you run it again.";
  if (findMissingScope(error)) return `Not started. ${describeRunRequestError(error)}`;
  return describeRunRequestError(error);
}
