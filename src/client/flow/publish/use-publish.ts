import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { PublishFlowBody } from "#contract/flow.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { isSameDocument } from "#core/save-body.ts";
import { ApiError, describeError, isStale } from "#client/data/api-error.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import { runMutation } from "#client/data/run-mutation.ts";
import type { FlowTarget } from "#client/data/write-flow.ts";
import type { LiveComparison } from "#client/flow/use-live-comparison.ts";
import { liveIdOf, readLiveId } from "./read-live-id.ts";

/** What the server holds, and how that version is named to it. */
export interface Saved {
  readonly target: FlowTarget;
  readonly document: FlowDocument;
}

interface Publication {
  /** What the preview shows; undefined until it is read. */
  readonly candidate: Saved | undefined;
  readonly live: LiveComparison;
  readonly onSave: (() => Promise<Saved | undefined>) | undefined;
  readonly body: PublishFlowBody;
  readonly onDone: () => void;
}

export interface PublishFailure {
  readonly text: string;
  /** The saved flow is another one by now. */
  readonly isOutOfDate: boolean;
}

/**
 * Saves, then publishes, each only if the one before came to its end. It goes no further than what the preview showed:
 * where another version went live meanwhile, or saving took somebody else's changes in, it stops for a look at that.
 */
export function usePublish({ candidate, live, onSave, body, onDone }: Publication) {
  const client = useQueryClient();
  const [stage, setStage] = useState<"idle" | "saving" | "publishing">("idle");
  const [failure, setFailure] = useState<PublishFailure>();
  const isRunning = useRef(false);

  const stop = (text: string, isOutOfDate = false) => setFailure({ text, isOutOfDate });

  const attempt = async () => {
    if (!candidate) return;
    let { target } = candidate;
    if (onSave) {
      setStage("saving");
      const saved = await onSave();
      if (!saved) return stop("Nothing was published: your edits could not be saved. They are all kept.");
      if (!isSameDocument(saved.document, candidate.document))
        return stop(
          "Your edits are saved, and nothing was published yet: changes from elsewhere were merged with them. Look at what goes live now, then publish.",
        );
      ({ target } = saved);
    }
    setStage("publishing");
    const current = live.type === "failed" ? undefined : await readLiveId(client, target.id);
    if (current !== undefined && current !== (liveIdOf(live) ?? null))
      return stop(
        `${onSave ? "Your edits are saved, and nothing" : "Nothing"} was published yet: another version went live meanwhile. This is what changes now.`,
      );
    try {
      await runMutation(client, flowMutations.publish(target), body);
      onDone();
    } catch (error) {
      stop(`${onSave ? "Your edits are saved. " : ""}${describePublishError(error)}`, isStale(error));
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
  if (!(error instanceof ApiError)) return describeError(error);
  if (error.status === 412)
    return "Nothing was published: this flow was changed elsewhere since you saw it. Look at it as it is now, then publish.";
  // The API answers 404 both for a flow that is gone and for one without a draft.
  if (error.status === 404)
    return "There is nothing to publish: the live version is up to date, or the flow was deleted.";
  return describeError(error);
}
