import { useLayoutEffect, useRef } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { createBody } from "#core/save-body.ts";
import { useMutation } from "@tanstack/react-query";
import type { CreateFlowBody } from "#contract/flow.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import { describeError } from "#client/data/api-error.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { findBrokenText } from "#client/document/open-flow.ts";
import type { BrokenText } from "#client/document/typed-texts.ts";
import { type SaveTrouble, findTrouble } from "#client/document/save-trouble.ts";
import { Button } from "#client/ui/button.tsx";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { findRestingFocus } from "./find-resting-focus.ts";

const SignInActions = lazyPart(async () => (await import("./sign-in-actions.tsx")).SignInActions);

type SaveBannerProps = {
  readonly onRetry: () => void;
  readonly onCreated: (flowId: string) => void;
  readonly onBroken: (broken: BrokenText) => void;
  /** JSON that was not applied would be missing from what is saved as new. */
  readonly onUnapplied: () => void;
  readonly onShowStep: (key: StepKey) => void;
};

/** What went wrong with the last save, that every edit is kept, and what can be done. Nothing when all is well. */
export function SaveBanner(props: SaveBannerProps) {
  const trouble = useOpenFlowState(findTrouble);
  return trouble && <TroubleBanner {...props} trouble={trouble} />;
}

type TroubleBannerProps = SaveBannerProps & { readonly trouble: SaveTrouble };

function TroubleBanner({
  trouble,
  onRetry,
  onCreated,
  onBroken,
  onUnapplied,
  onShowStep,
}: TroubleBannerProps) {
  const openFlow = useOpenFlow();
  const { mutate, isPending, error } = useMutation(flowMutations.create());
  const banner = useRef<HTMLDivElement>(null);

  // The button that was pressed goes with the banner: the focus goes back to the list before it is lost.
  useLayoutEffect(() => {
    const element = banner.current;
    return () => {
      if (!element?.contains(document.activeElement)) return;
      findRestingFocus()?.focus();
    };
  }, []);

  const saveAsNew = () => {
    openFlow.settle();
    const broken = findBrokenText(openFlow.getState());
    if (broken) return onBroken(broken);
    if (openFlow.getState().unappliedText) return onUnapplied();
    const { document } = openFlow.getState().history;
    const body = {
      ...createBody(document),
      name: `Copy of ${document.name}`.slice(0, 500),
    } as CreateFlowBody;
    mutate(body, {
      onSuccess: (created) => {
        // What was edited meanwhile is not in the copy: then leaving asks.
        if (openFlow.getState().history.document === document) openFlow.giveUp();
        onCreated(created.id);
      },
    });
  };

  const words = describeTrouble(
    trouble,
    useOpenFlowState((state) => state.isKeptOnDevice),
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
        {(trouble.type === "behind" || trouble.type === "deleted") && (
          <Button size="sm" busy={isPending} onClick={saveAsNew}>
            Save mine as a new flow
          </Button>
        )}
        {trouble.type === "behind" && (
          <Button size="sm" onClick={openFlow.takeTheirs}>
            Show theirs
          </Button>
        )}
        {trouble.type === "signed-out" && <SignInActions />}
        {refusedStep !== undefined && (
          <Button size="sm" onClick={() => onShowStep(refusedStep)}>
            Show the step
          </Button>
        )}
        {trouble.type !== "behind" && trouble.type !== "deleted" && (
          <Button size="sm" onClick={onRetry}>
            Retry
          </Button>
        )}
      </span>
    </div>
  );
}

function describeTrouble(trouble: SaveTrouble, isKeptOnDevice: boolean) {
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
    case "behind":
      return {
        title: "Changed elsewhere.",
        text: `Somebody saved this flow after you opened it. ${kept}; nothing was overwritten. “Show theirs” can be undone.`,
      };
    case "deleted":
      return {
        title: "This flow was deleted elsewhere.",
        text: `${kept}. Save them as a new flow, or leave them.`,
      };
    case "refused":
      return { title: "Not saved.", text: `${trouble.message} ${kept}.` };
    case "failed":
      return { title: "Could not save.", text: `${trouble.message} ${kept}.` };
  }
}
