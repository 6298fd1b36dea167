import { useRef, useState } from "react";
import { UNREAD_FIELDS_WARNING } from "#contract/flow.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { allowSavesWithUnreadFields } from "#client/data/api/write-flow.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlowState, useOpenFlow, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import type { ReasonForUnsavedFlow } from "#client/document/saving/save-state.ts";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { Button, buttonColorClasses } from "#client/ui/controls/button.tsx";
import { useReturnFocusOnUnmount, findFallbackFocusElement } from "#client/editor/session/focus.ts";
import { type SaveAsNewFlowOptions, useSaveAsNewFlow } from "./use-save-as-new.ts";
import { Link } from "@tanstack/react-router";
import { SignInDialog } from "#client/page/sign-in-dialog.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

type OtherTrouble = Exclude<ReasonForUnsavedFlow, { readonly type: "behind" }>;

export type UnsavedChangesBannerProps = SaveAsNewFlowOptions & {
  readonly onRetry: () => void;
  /** Shows a field of a step, given its path in the step, such as `config.http.url`. */
  readonly onShowField: (key: StepKey, field: string) => void;
};

type UnsavedReasonBannerProps = UnsavedChangesBannerProps & { readonly trouble: OtherTrouble };

export function UnsavedReasonBanner({ trouble, onRetry, onShowField, ...options }: UnsavedReasonBannerProps) {
  const { saveAsNew, isPending, error } = useSaveAsNewFlow(options);
  const banner = useRef<HTMLDivElement>(null);
  useReturnFocusOnUnmount(banner);

  const viewOnlyReason = useViewOnlyReason();
  const message = describeTrouble(
    trouble,
    useOpenFlowState((state) => state.isPersisted),
    useOpenFlowState((state) => countUnsavedEdits(state) > 0),
    viewOnlyReason,
  );
  const refused = trouble.type === "refused" ? trouble.problems.find(({ key }) => key) : undefined;
  const refusedStep = refused?.key;
  return (
    <div
      ref={banner}
      role="alert"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-danger-soft px-4 py-2 text-sm"
    >
      <p className="min-w-0 flex-1 basis-72 break-words text-danger">
        <strong className="font-semibold">{message.title}</strong> {message.text}
        {trouble.type === "failed" && <UpgradeLink url={trouble.upgradeUrl} />}
        {error && ` ${describeRequestErrorForUser(error)}`}
        <UpgradeLink error={error} />
      </p>
      <span className="flex flex-wrap gap-2">
        {trouble.type === "deleted" && (
          <Button size="sm" busy={isPending} disabledReason={viewOnlyReason} onClick={saveAsNew}>
            Save mine as new flow
          </Button>
        )}
        {trouble.type === "signed-out" && <SignInActions />}
        {refusedStep !== undefined && (
          <Button size="sm" onClick={() => onShowField(refusedStep, refused?.field ?? "")}>
            Show step
          </Button>
        )}
        {!["deleted", "view-only"].includes(trouble.type) &&
          !(trouble.type === "failed" && trouble.isFinal) && (
            <Button size="sm" onClick={onRetry}>
              Retry
            </Button>
          )}
        {trouble.type === "failed" && <SaveAnywayButton message={trouble.message} onSave={onRetry} />}
      </span>
    </div>
  );
}

type SaveAnywayButtonProps = { readonly message: string; readonly onSave: () => void };

/** Saves although some step fields could not be read. Shown only after a save that failed for this reason. */
function SaveAnywayButton({ message, onSave }: SaveAnywayButtonProps) {
  const flowId = useOpenFlowState(({ flow }) => flow.id);
  if (!message.endsWith(UNREAD_FIELDS_WARNING)) return null;
  const save = () => {
    allowSavesWithUnreadFields(flowId);
    onSave();
  };
  return (
    <Button size="sm" onClick={save}>
      Save anyway
    </Button>
  );
}

function describeTrouble(
  trouble: OtherTrouble,
  isPersisted: boolean,
  hasEdits: boolean,
  viewOnlyReason: string | undefined,
) {
  const storageText = `Edits are kept ${isPersisted ? "on this device" : "in this tab"}`;
  const isUnconfirmed = "isUnconfirmed" in trouble && trouble.isUnconfirmed === true;
  switch (trouble.type) {
    case "waiting":
      return trouble.reason === "offline"
        ? {
            title: "Can’t reach the server.",
            text: `${storageText} and saved when you’re back online.`,
          }
        : {
            title: isUnconfirmed ? "Save not confirmed." : "Not saved yet.",
            text: `${trouble.message} ${storageText}. Retrying automatically.`,
          };
    case "signed-out":
      return {
        title: "Signed out.",
        text: `${storageText}. Sign in to save them.`,
      };
    case "view-only":
      return { title: "Not saved.", text: `${viewOnlyReason} ${storageText}.` };
    case "deleted":
      return {
        title: "This flow was deleted.",
        text: hasEdits ? `${storageText}. Save them as a new flow.` : "Save a copy to keep it.",
      };
    case "refused":
      return { title: "Not saved.", text: `${trouble.message} ${storageText}.` };
    case "failed":
      return {
        title: isUnconfirmed ? "Save not confirmed." : "Couldn’t save.",
        text: `${trouble.message} ${storageText}.`,
      };
  }
}

/** Signs in without losing unsaved edits: in a dialog, or in another tab, which notifies this tab. */
function SignInActions() {
  const openFlow = useOpenFlow();
  const [isOpen, setOpen] = useState(false);
  const isPersisted = useOpenFlowState((state) => state.isPersisted);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button ref={button} size="sm" onClick={() => setOpen(true)}>
        Sign in
      </Button>
      <Link
        to="/sign-in"
        target="_blank"
        className={joinClasses(
          "inline-flex h-7 items-center rounded-md px-2 font-medium pointer-coarse:h-10",
          buttonColorClasses.secondary,
        )}
      >
        Sign in (new tab)
      </Link>
      {isOpen && (
        <SignInDialog
          description={`Sign in with the same key to continue. With another key, your unsaved changes are ${isPersisted ? "kept until you sign in with this key again" : "lost"}.`}
          onSignedIn={() => openFlow.receive({ type: "signed-in" })}
          onClose={() => setOpen(false)}
          // Needs a fallback, because the button is unmounted once the user has signed in.
          returnFocus={() => button.current ?? findFallbackFocusElement()}
        />
      )}
    </>
  );
}
