import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { FlowDocument } from "#core/flow-document.ts";
import { isSameDocument } from "#core/save-body.ts";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { LostRunError, runMutations } from "#client/data/run-mutations.ts";
import { runMutation } from "#client/data/run-mutation.ts";
import type { Saved } from "#client/flow/publish/use-publish.ts";
import { MAY_NOT_RUN } from "./may-not-run.ts";

interface Run {
  readonly flowId: string;
  /** What the dialog shows; undefined until it is read. */
  readonly document: FlowDocument | undefined;
  readonly onSave: (() => Promise<Saved | undefined>) | undefined;
  readonly onStarted: (batchId: string) => void;
}

/** What is being done, by the button that asked for it. */
export type RunStage = "idle" | "saving" | "starting";

/** Saves where that is asked for, then runs, each only if the one before came to its end. */
export function useRun({ flowId, document, onSave, onStarted }: Run) {
  const client = useQueryClient();
  const [stage, setStage] = useState<RunStage>("idle");
  const [failure, setFailure] = useState<string>();
  const isRunning = useRef(false);

  const attempt = async (recordType: string, save: Run["onSave"]): Promise<string | undefined> => {
    if (save) {
      setStage("saving");
      const saved = await save();
      if (!saved) return "Nothing was run: your edits could not be saved. They are all kept.";
      if (document && !isSameDocument(saved.document, document))
        return "Your edits are saved, and nothing was run yet: changes from elsewhere were merged with them. Look at the flow as it is now, then run it.";
    }
    setStage("starting");
    try {
      onStarted(await runMutation(client, runMutations.start(flowId), recordType));
      return undefined;
    } catch (error) {
      return `${save ? "Your edits are saved. " : ""}${describeRunError(error)}`;
    }
  };

  const run = async (recordType: string, { isSaving }: { readonly isSaving: boolean }) => {
    if (isRunning.current) return;
    isRunning.current = true;
    setFailure(undefined);
    const text = await attempt(recordType, isSaving ? onSave : undefined).finally(() => {
      isRunning.current = false;
      setStage("idle");
    });
    setFailure(text);
  };
  return { run, stage, failure };
}

function describeRunError(error: unknown): string {
  if (error instanceof LostRunError)
    return "The server did not answer, so it is not known whether the flow runs. Look among its runs before you run it again.";
  if (error instanceof ApiError && error.status === 403) return `Nothing was run. ${MAY_NOT_RUN}`;
  return describeError(error);
}
