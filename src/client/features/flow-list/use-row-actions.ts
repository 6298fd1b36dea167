import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import { ApiError, NetworkError, describeError, nameOutcome } from "#client/data/api-error.ts";
import { RenamedElsewhereError, flowMutations } from "#client/data/flow-mutations.ts";
import { runMutation } from "#client/data/run-mutation.ts";
import { announce } from "#client/ui/announce.ts";
import { toasts } from "#client/ui/toasts.ts";
import { deleteFlow } from "#client/flow/delete-flow.ts";
import { quoteName } from "#core/quote-name.ts";

/** A failure stays up long enough to be read and tried again. */
const FAILURE_MS = 20_000;

export interface RowActions {
  readonly rename: (flow: FlowListItem, name: string) => void;
  readonly duplicate: (flow: FlowListItem) => void;
  /** Hides the flow now; the request follows when it can no longer be undone. */
  readonly remove: (flow: FlowListItem) => void;
}

/**
 * What a row can do by itself. Each failure is a sentence with a way to try again; what the list shows meanwhile comes
 * from the mutations under way, so there is nothing to roll back.
 */
export function useRowActions(onShow: (id: string) => void): RowActions {
  const client = useQueryClient();
  return useMemo(() => {
    const fail = (text: string, retry?: () => void) =>
      toasts.show({
        text,
        tone: "danger",
        durationMs: FAILURE_MS,
        ...(retry && { action: { label: "Try again", run: retry } }),
      });

    const rename = (flow: FlowListItem, name: string) => {
      runMutation(client, flowMutations.rename(flow), name).then(
        () => announce(`Renamed to ${quoteName(name)}.`),
        (error: unknown) => {
          if (error instanceof RenamedElsewhereError) {
            const now = `${quoteName(flow.name)} was renamed to ${quoteName(error.newName)} elsewhere meanwhile, and keeps that name.`;
            return fail(now);
          }
          const sentence = `${quoteName(flow.name)} ${nameOutcome(error)}. ${describeError(error)}`;
          // What changed elsewhere has to be seen before it is renamed over, so that is not one press away.
          const canRetry = !(error instanceof ApiError && [400, 403, 404, 412].includes(error.status));
          fail(sentence, canRetry ? () => rename(flow, name) : undefined);
        },
      );
    };

    const duplicate = (flow: FlowListItem) => {
      const takeBack = announce(`Duplicating ${quoteName(flow.name)}.`);
      runMutation(client, flowMutations.duplicate(), flow.id).then(
        (copy) => {
          takeBack();
          toasts.show({ text: `Created ${quoteName(copy.name)}.`, tone: "success" });
          onShow(copy.id);
        },
        (error: unknown) => {
          const outcome = error instanceof NetworkError ? "may not be duplicated" : "was not duplicated";
          fail(`${quoteName(flow.name)} ${outcome}. ${describeError(error)}`, () => duplicate(flow));
        },
      );
    };

    const remove = (flow: FlowListItem) => deleteFlow(client, flow, () => onShow(flow.id));

    return { rename, duplicate, remove };
  }, [client, onShow]);
}
