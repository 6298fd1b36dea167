import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { CreateFlowBody } from "#contract/flow.ts";
import { createBody } from "#core/save-body.ts";
import { InexactError } from "#client/data/api-error.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import { holdWrittenText } from "#client/document/decisions.ts";
import { findBrokenText } from "#client/document/unsaved-edits.ts";
import type { BrokenText } from "#client/document/typed-texts.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";

export interface SaveAsNewOptions {
  readonly onCreated: (flowId: string) => void;
  readonly onBroken: (broken: BrokenText) => void;
  /** JSON that was not applied would be missing from what is saved as new. */
  readonly onUnapplied: () => void;
}

/** Makes a flow of its own of what stands on the page. */
export function useSaveAsNew({ onCreated, onBroken, onUnapplied }: SaveAsNewOptions) {
  const openFlow = useOpenFlow();
  const { mutate, isPending, error } = useMutation(flowMutations.create());
  const [refusal, setRefusal] = useState<InexactError>();

  const saveAsNew = () => {
    openFlow.settle();
    const broken = findBrokenText(openFlow.getState());
    if (broken) return onBroken(broken);
    if (openFlow.getState().unappliedText) return onUnapplied();
    const { history, isInexact } = openFlow.getState();
    if (isInexact) return setRefusal(new InexactError());
    const { document } = history;
    const body = {
      ...createBody(document),
      name: `Copy of ${document.name}`.slice(0, 500),
    } as CreateFlowBody;
    mutate(body, {
      onSuccess: (created) => {
        // What was edited meanwhile, or put together and not applied, is not in the copy: then leaving asks.
        const now = openFlow.getState();
        if (now.history.document === document && !holdWrittenText(now.decisions)) openFlow.giveUp();
        onCreated(created.id);
      },
    });
  };
  return { saveAsNew, isPending, error: refusal ?? error };
}
