import { useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import { isRequestedSavePending, isSavingFlow } from "#client/document/saving/save-flow.ts";
import { countUnsavedEdits, hasUnfinishedInput } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { autosavePreference } from "#client/editor/session/preferences.ts";
import { commitInlineNameEdit } from "#client/editor/session/focus.ts";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";

const LeaveWithUnsavedChangesDialog = createLazyComponent(
  async () => (await import("#client/editor/saving/unsaved-dialogs.tsx")).LeaveWithUnsavedChangesDialog,
  {
    // Without the dialog's code, the browser's `confirm` lets the user choose.
    onFail: ({ onLeave, onStay }) => (confirm("Leave with unsaved changes?") ? onLeave() : onStay()),
  },
);

/** Loads the dialog's code in advance: the server may be unreachable when the dialog is needed. */
export const preloadLeaveDialog = LeaveWithUnsavedChangesDialog.preload;

type LeaveGuardProps = { readonly save: (cause?: "by-itself") => Promise<boolean> };

interface LeaveQuestion {
  /** Resolves when the save in progress ends; undefined if no save is in progress. */
  readonly saveUnderWay: Promise<void> | undefined;
  readonly showsConflict: boolean;
  readonly answer: (isStaying: boolean) => void;
}

/** Waits for a save in progress; with autosave, leaving starts one. Never asks within the flow. */
export function UnsavedChangesGuard({ save }: LeaveGuardProps) {
  const openFlow = useOpenFlow();
  const client = useQueryClient();
  const [question, setQuestion] = useState<LeaveQuestion>();
  const [attempts] = useState(() => createNavigationAttemptTracker());
  const countEdits = () => {
    commitInlineNameEdit();
    openFlow.flush();
    return countUnsavedEdits(openFlow.getState());
  };
  const isSaving = () => isSavingFlow(openFlow, client);

  /** Returns the save in progress, after starting one if autosave is on. */
  const findSave = () => {
    if (autosavePreference.getState() && !hasUnfinishedInput(openFlow.getState())) void save("by-itself");
    if (!isSaving()) return undefined;
    const waiting = waitForSaveInProgress({
      isOver: () => countUnsavedEdits(openFlow.getState()) === 0 || !isSaving(),
      subscribe: (listener) => {
        const stops = [openFlow.subscribe(listener), client.getMutationCache().subscribe(listener)];
        return () => stops.forEach((stop) => stop());
      },
    });
    return { ...waiting, showsConflict: isRequestedSavePending(openFlow, client) };
  };

  const ask = (saveUnderWay: Promise<void> | undefined, showsConflict: boolean) =>
    new Promise<boolean>((resolve) => {
      const answer = (isStaying: boolean) => {
        setQuestion(undefined);
        if (isStaying) pageUserIdentityTracker.setSignOut("none");
        resolve(isStaying);
      };
      setQuestion({ saveUnderWay, showsConflict, answer });
    });

  const decideWhetherToStay = async (isCurrent: () => boolean): Promise<boolean> => {
    const isSignOutDecided = () => {
      const signOut = pageUserIdentityTracker.signOut();
      return (signOut === "keeping" || signOut === "discarding") && openFlow.getState().isPersisted;
    };
    // Allows leaving without waiting for a save, because the user chose while signing out to discard the unsaved edits.
    if (pageUserIdentityTracker.signOut() === "discarding" && isSignOutDecided()) return false;
    const saving = findSave();
    await saving?.soon;
    if (!isCurrent()) return true;
    if (countEdits() === 0 || isSignOutDecided()) return false;
    const saveUnderWay = isSaving() ? saving?.over : undefined;
    const isConflictShown =
      saving?.showsConflict && !saveUnderWay && isEditBaseBehindServerVersion(openFlow.getState());
    if (!isConflictShown) return ask(saveUnderWay, saving?.showsConflict === true);
    pageUserIdentityTracker.setSignOut("none");
    return true;
  };

  useBlocker({
    shouldBlockFn: async ({ current, next, action }) => {
      const staysHere = "flowId" in next.params && next.params.flowId === openFlow.getState().flow.id;
      if (staysHere && current.pathname === next.pathname) return false;
      // Any later navigation, also within the flow, cancels an earlier attempt to leave.
      setQuestion(undefined);
      return attempts.begin(
        action,
        (isCurrent) => !staysHere && countEdits() > 0 && decideWhetherToStay(isCurrent),
      );
    },
    enableBeforeUnload: () => countEdits() > 0,
  });
  if (!question) return null;
  return (
    <LeaveWithUnsavedChangesDialog
      save={save}
      saveUnderWay={question.saveUnderWay}
      showsConflict={question.showsConflict}
      onLeave={() => question.answer(false)}
      onStay={() => question.answer(true)}
    />
  );
}

/** How long leaving waits for a save, in milliseconds; after that, the dialog lets the user leave without saving. */
const MAX_SAVE_WAIT_MS = 2000;

interface SaveUnderWay {
  readonly isOver: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
}

/** `soon` resolves with `over`, but after {@link MAX_SAVE_WAIT_MS} at the latest. */
export function waitForSaveInProgress({ isOver, subscribe }: SaveUnderWay) {
  const over = new Promise<void>((resolve) => {
    if (isOver()) return resolve();
    const stop = subscribe(() => {
      if (!isOver()) return;
      stop();
      resolve();
    });
  });
  const soon = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, MAX_SAVE_WAIT_MS);
    void over.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  return { over, soon };
}

interface Attempt {
  readonly isTraversal: boolean;
  readonly resolve: (isBlocked: boolean) => void;
}

/** Maximum time in milliseconds that the router needs to restore the URL after a blocked Back or Forward. */
const MAX_URL_RESTORE_MS = 1000;

/** A later attempt cancels the earlier one: the router restores the URL only if the attempt is blocked. */
export function createNavigationAttemptTracker(untilRestored: () => Promise<void> = untilPopState) {
  let last: Attempt | undefined;
  return {
    /** Resolves to whether it is blocked. First waits until the URL of an earlier attempt is reverted. */
    begin: (action: string, decideWhetherToStay: (isCurrent: () => boolean) => boolean | Promise<boolean>) =>
      new Promise<boolean>((resolve, reject) => {
        const earlier = last;
        const own: Attempt = { isTraversal: !["PUSH", "REPLACE"].includes(action), resolve };
        const isCurrent = () => last === own;
        last = own;
        const run = async () => {
          await supersede(earlier, own);
          const isBlocked = isCurrent() && (await decideWhetherToStay(isCurrent));
          if (!isCurrent()) return;
          last = undefined;
          resolve(isBlocked);
        };
        run().catch(reject);
      }),
  };

  async function supersede(earlier: Attempt | undefined, own: Attempt): Promise<void> {
    // Blocking the later of two traversals restores the URL for both: entries count from the page still shown.
    if (!earlier || (earlier.isTraversal && own.isTraversal)) return;
    const restored = earlier.isTraversal ? untilRestored() : undefined;
    earlier.resolve(true);
    await restored;
  }
}

function untilPopState(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, MAX_URL_RESTORE_MS);
    function end() {
      clearTimeout(timer);
      removeEventListener("popstate", end);
      resolve();
    }
    addEventListener("popstate", end);
  });
}
