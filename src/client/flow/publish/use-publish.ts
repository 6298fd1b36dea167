import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { PublishFlowBody } from "#contract/flow.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { ApiError, describeRequestErrorForUser, isStaleWriteError } from "#client/data/api/api-error.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import type { FlowIdWithSeenVersion } from "#client/data/api/write-flow.ts";
import { completeOnboardingTask } from "#client/flow/onboarding/onboarding-state.ts";
import {
  type LiveVersionComparison,
  getComparedLiveVersionId,
  fetchLiveVersionId,
} from "#client/flow/live-comparison.tsx";

export interface SavedFlowDocument {
  readonly target: FlowIdWithSeenVersion;
  readonly document: FlowDocument;
}

interface Publication {
  readonly candidate: SavedFlowDocument | undefined;
  readonly live: LiveVersionComparison;
  readonly onSave: (() => Promise<SavedFlowDocument | undefined>) | undefined;
  readonly body: PublishFlowBody;
  readonly onDone: (publishedVersionId: string) => void;
  readonly onFail: (failure: PublishFailure) => void;
}

export interface PublishFailure {
  readonly text: string;
  /** Whether the saved flow has changed since it was read (HTTP 412). */
  readonly isOutOfDate: boolean;
  readonly error?: unknown;
}

/** Stops for another review if another version went live or saving merged changes of another client. */
export function usePublishFlow({ candidate, live, onSave, body, onDone, onFail }: Publication) {
  const client = useQueryClient();
  const [stage, setStage] = useState<"idle" | "saving" | "publishing">("idle");
  const [failure, setFailure] = useState<PublishFailure>();
  const isRunning = useRef(false);

  const fail = (failed: PublishFailure) => {
    setFailure(failed);
    onFail(failed);
  };
  const stop = (text: string) => fail({ text, isOutOfDate: false });

  const attempt = async () => {
    if (!candidate) return;
    let { target } = candidate;
    if (onSave) {
      setStage("saving");
      const saved = await onSave();
      if (!saved) return stop("Not published: couldn’t save your edits. They are kept.");
      if (!isDocumentUnchangedForSave(saved.document, candidate.document))
        return stop("Saved, not published: changes from elsewhere were merged. Review, then publish.");
      ({ target } = saved);
    }
    setStage("publishing");
    const seen = getComparedLiveVersionId(live);
    const current = await fetchLiveVersionId(client, target.id);
    if (current !== undefined && current !== seen) {
      const reason = seen === undefined ? "the changes can be shown now" : "another version went live";
      return stop(`${onSave ? "Saved, not" : "Not"} published: ${reason}. Review, then publish.`);
    }
    try {
      const { publishedVersionId } = await runMutationOutsideComponent(
        client,
        flowMutations.publish(target),
        body,
      );
      completeOnboardingTask("publish");
      onDone(publishedVersionId);
    } catch (error) {
      const text = `${onSave ? "Saved. " : ""}${describePublishError(error)}`;
      fail({ text, isOutOfDate: isStaleWriteError(error), error });
    }
  };

  const publish = async () => {
    if (isRunning.current) return;
    isRunning.current = true;
    setFailure(undefined);
    await attempt().finally(() => {
      isRunning.current = false;
      setStage("idle");
    });
  };

  return { publish, stage, failure };
}

function describePublishError(error: unknown): string {
  if (!(error instanceof ApiError)) return describeRequestErrorForUser(error);
  if (error.status === 412) return "Not published: changed elsewhere. Review the current flow, then publish.";
  // The API responds with 404 both for a deleted flow and for one without a draft version.
  if (error.status === 404) return "Nothing to publish: up to date, or deleted.";
  return describeRequestErrorForUser(error);
}
