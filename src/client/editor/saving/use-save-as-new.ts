import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import type { CreateFlowBody } from "#contract/flow.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { createNewFlowBody } from "#core/save-body.ts";
import { InexactNumberError } from "#client/data/api/api-error.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { nameCopy } from "#client/data/mutations/name-copy.ts";
import { hasCustomConflictText } from "#client/document/remote/decisions.ts";
import { findFirstInvalidInput } from "#client/document/saving/unsaved-edits.ts";
import type { InvalidFieldInput } from "#client/document/pending-input.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { createStillOnPageCheck } from "#client/page/current-page.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

export interface SaveAsNewFlowOptions {
  readonly onInvalidInput: (broken: InvalidFieldInput) => void;
  /** Called instead of creating the flow if there is pending JSON, which the new flow would lack. */
  readonly onPendingJson: () => void;
}

/** For edits that cannot be saved to their own flow. */
export function useSaveAsNewFlow({ onInvalidInput, onPendingJson }: SaveAsNewFlowOptions) {
  const openFlow = useOpenFlow();
  const router = useRouter();
  const { mutate, isPending, error } = useMutation(flowMutations.create());
  const [refusal, setRefusal] = useState<InexactNumberError>();

  const saveAsNew = () => {
    openFlow.flush();
    const broken = findFirstInvalidInput(openFlow.getState());
    if (broken) return onInvalidInput(broken);
    if (openFlow.getState().pendingJson) return onPendingJson();
    const { history, isInexact, flow } = openFlow.getState();
    if (isInexact) return setRefusal(new InexactNumberError());
    const { document } = history;
    const body = {
      ...createNewFlowBody(document),
      name: nameCopy(document.name),
      ...(flow.tags && { tags: flow.tags }),
    } as CreateFlowBody;
    const isStillHere = createStillOnPageCheck(router);
    mutate(body, {
      onSuccess: (created) => {
        // The new flow lacks edits made during the request: the leave guard must still ask about those.
        const now = openFlow.getState();
        if (now.history.document === document && !hasCustomConflictText(now.decisions)) openFlow.giveUp();
        if (isStillHere()) void router.navigate({ to: "/flows/$flowId", params: { flowId: created.id } });
        else toasts.show({ text: `Created ${quoteName(created.name)}.` });
      },
    });
  };
  return { saveAsNew, isPending, error: refusal ?? error };
}
