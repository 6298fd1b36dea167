import { useRef } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { describeError } from "#client/data/api-error.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import type { SaveTrouble } from "#client/document/save-trouble.ts";
import { Button } from "#client/ui/button.tsx";
import { SignInActions } from "./sign-in-actions.tsx";
import { useFocusBack } from "./use-focus-back.ts";
import { type SaveAsNewOptions, useSaveAsNew } from "./use-save-as-new.ts";

type OtherTrouble = Exclude<SaveTrouble, { readonly type: "behind" }>;

export type SaveBannerProps = SaveAsNewOptions & {
  readonly onRetry: () => void;
  readonly onShowStep: (key: StepKey) => void;
};

type TroubleBannerProps = SaveBannerProps & { readonly trouble: OtherTrouble };

/** Why edits are not saved, that every one of them is kept, and what can be done. */
export function TroubleBanner({ trouble, onRetry, onShowStep, ...options }: TroubleBannerProps) {
  const { saveAsNew, isPending, error } = useSaveAsNew(options);
  const banner = useRef<HTMLDivElement>(null);
  useFocusBack(banner);

  const words = describeTrouble(
    trouble,
    useOpenFlowState((state) => state.isKeptOnDevice),
    useOpenFlowState((state) => countUnsavedEdits(state) > 0),
  );
  const refusedStep = trouble.type === "refused" ? trouble.problems.find(({ key }) => key)?.key : undefined;
  return (
    <div
      ref={banner}
      role="alert"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-danger-soft px-4 py-2 text-sm"
    >
      <p className="min-w-0 flex-1 basis-72 break-words text-danger">
        <strong className="font-semibold">{words.title}</strong> {words.text}
        {error && ` ${describeError(error)}`}
      </p>
      <span className="flex flex-wrap gap-2">
        {trouble.type === "deleted" && (
          <Button size="sm" busy={isPending} onClick={saveAsNew}>
            Save mine as a new flow
          </Button>
        )}
        {trouble.type === "signed-out" && <SignInActions />}
        {refusedStep !== undefined && (
          <Button size="sm" onClick={() => onShowStep(refusedStep)}>
            Show the step
          </Button>
        )}
        {trouble.type !== "deleted" && (
          <Button size="sm" onClick={onRetry}>
            Retry
          </Button>
        )}
      </span>
    </div>
  );
}

function describeTrouble(trouble: OtherTrouble, isKeptOnDevice: boolean, hasEdits: boolean) {
  const kept = `Your edits are kept ${isKeptOnDevice ? "on this device" : "in this tab"}`;
  switch (trouble.type) {
    case "waiting":
      return trouble.reason === "offline"
        ? {
            title: "The server cannot be reached.",
            text: `${kept}; they are saved as soon as it answers.`,
          }
        : { title: "Not saved yet.", text: `${trouble.message} ${kept}; it is tried again by itself.` };
    case "signed-out":
      return {
        title: "You are signed out.",
        text: `${kept}. Sign in, and they are saved.`,
      };
    case "deleted":
      return {
        title: "This flow was deleted.",
        text: hasEdits
          ? `${kept}. Save them as a new flow, or leave them.`
          : "What you see is all there is of it. Save it as a new flow, or leave it.",
      };
    case "refused":
      return { title: "Not saved.", text: `${trouble.message} ${kept}.` };
    case "failed":
      return { title: "Could not save.", text: `${trouble.message} ${kept}.` };
  }
}
