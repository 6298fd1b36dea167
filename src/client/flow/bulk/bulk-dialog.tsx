import { focusOnMount } from "#client/ui/focus/focus-on-mount.ts";
import { useBlocker } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { isSignInRequiredError } from "#client/data/api/api-error.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { SignInDialog } from "#client/page/sign-in-dialog.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { ConfirmDialog } from "#client/ui/overlays/confirm-dialog.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import {
  type BulkActionWords,
  BulkOutcomes,
  BulkProgress,
  type SkippedItem,
  describeBulkOutcomes,
  getBulkNoun,
} from "./bulk-outcomes.tsx";
import { describeResume } from "./describe-resume.ts";
import type { BulkItem } from "./run-in-bulk.ts";
import { listUnfinished, useBulkRun } from "./use-bulk-run.ts";

type BulkDialogProps<Item extends BulkItem> = {
  readonly title: string;
  readonly description?: ReactNode;
  readonly words: BulkActionWords;
  /** The flows that confirming the dialog acts on. */
  readonly items: readonly Item[];
  readonly skipped?: readonly SkippedItem[];
  readonly isDanger?: boolean;
  /** Reason why the action can’t start yet. */
  readonly blocked?: string | undefined;
  /** Called on confirmation instead of starting the run, if the caller performs the action itself. */
  readonly onConfirm?: () => void;
  /** Acts on one flow, see {@link BulkRun.perform}. Resolves to a note on the outcome, if there is one. */
  readonly perform: (item: Item) => Promise<ReactNode>;
  /** Called when all requests are done, to refresh what they changed. */
  readonly onEnd: () => void;
  /** Reads the unfinished flows again and shows changed previews. If undefined, a retry acts at once. */
  readonly onReview?: (items: readonly BulkItem[]) => void;
  readonly size?: "sm" | "md" | "lg" | "xl";
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
  /** The preview, shown until the action starts. */
  readonly children: ReactNode;
};

/** Asks before the dialog or the page is left while requests are outstanding. */
export function BulkDialog<Item extends BulkItem>(props: BulkDialogProps<Item>) {
  const { title, description, words, items, skipped = [], blocked, perform, onEnd, children } = props;
  const { isDanger = false, onConfirm, onReview, size = "lg", onClose, returnFocus } = props;
  const { stopOnUnmount, ...run } = useBulkRun<Item, ReactNode>();
  const { state } = run;
  const { status } = state;
  const isRunning = status === "running" || status === "stopping";
  const [isConfirmingStop, setConfirmingStop] = useState(false);
  const [isSigningIn, setSigningIn] = useState(false);
  const noun = getBulkNoun(words);
  const { stopConsequences: consequences = STOP_CONSEQUENCES } = words;
  const question = `Stop ${words.running.toLowerCase()}?`;
  useBlocker({
    shouldBlockFn: () => {
      const isStaying = isRunning && !confirm(`${question} ${consequences}`);
      if (isStaying) pageUserIdentityTracker.setSignOut("none");
      return isStaying;
    },
    enableBeforeUnload: () => isRunning,
  });
  const options = {
    perform,
    onEnd: (ended: typeof state) => {
      setConfirmingStop(false);
      announceToScreenReaders(describeBulkOutcomes(ended, words, skipped.length));
      onEnd();
    },
  };
  const unfinished = status === "ended" ? listUnfinished(state) : [];
  const isStale = unfinished.some(({ id }) => {
    const outcome = state.outcomes.get(id);
    return outcome?.type === "failed" && outcome.isStale;
  });
  const isReviewed = isStale && onReview !== undefined;
  const untriedCount = unfinished.filter(({ id }) => !state.outcomes.has(id)).length;

  return (
    <>
      <Dialog
        title={
          status === "idle"
            ? title
            : `${isRunning ? words.running : words.verb} ${formatCount(state.items.length, noun)}`
        }
        description={status === "idle" ? description : undefined}
        size={size}
        onClose={isRunning ? () => setConfirmingStop(true) : onClose}
        {...(returnFocus && { returnFocus })}
        footer={
          <>
            {status === "idle" && (
              <>
                <Button onClick={onClose}>Cancel</Button>
                <Button
                  variant={isDanger ? "danger" : "primary"}
                  disabledReason={blocked}
                  onClick={onConfirm ?? (() => run.start(items, options))}
                >
                  {items.length > 0 ? `${words.verb} ${formatCount(items.length, noun)}` : words.verb}
                </Button>
              </>
            )}
            {isRunning && (
              <Button ref={focusOnMount} busy={status === "stopping"} onClick={run.stop}>
                Stop
              </Button>
            )}
            {status === "ended" && (
              <>
                {isSignInRequiredError(state.stoppedBy) && (
                  <Button onClick={() => setSigningIn(true)}>Sign in</Button>
                )}
                {unfinished.length > 0 && (
                  <Button
                    onClick={() => {
                      if (!isReviewed) return run.retry(options);
                      run.reset();
                      onReview(unfinished);
                    }}
                  >
                    {isReviewed
                      ? `Review ${formatCount(unfinished.length, noun)} again`
                      : describeResume(unfinished.length - untriedCount, untriedCount, noun)}
                  </Button>
                )}
                <Button ref={focusOnMount} variant="primary" onClick={onClose}>
                  Done
                </Button>
              </>
            )}
          </>
        }
      >
        <div ref={stopOnUnmount}>
          {status === "idle" && children}
          {isRunning && <BulkProgress state={state} words={words} />}
          {status === "ended" && <BulkOutcomes state={state} words={words} skipped={skipped} />}
        </div>
      </Dialog>
      {isConfirmingStop && isRunning && (
        <ConfirmDialog
          title={question}
          description={consequences}
          confirmLabel="Stop"
          cancelLabel="Continue"
          onConfirm={() => {
            setConfirmingStop(false);
            run.stop();
          }}
          onClose={() => setConfirmingStop(false)}
        />
      )}
      {isSigningIn && (
        <SignInDialog
          description={`The remaining ${noun}s continue afterwards.`}
          onSignedIn={() => {
            setSigningIn(false);
            run.retry(options);
          }}
          onClose={() => setSigningIn(false)}
        />
      )}
    </>
  );
}

const STOP_CONSEQUENCES = "Finished flows stay changed. Remaining flows aren’t changed.";
