import { QueryClient } from "@tanstack/react-query";
import type { EditCommand } from "#core/commands/edit-command.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import { createSaveFlowMutationOptions } from "#client/document/saving/save-flow.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";

/**
 * Opens a flow as the editor does, with the real requests, documents and saves, but without a page. The
 * caller must direct the global `fetch` to an API.
 */
export async function openCloudSession(flowId: string) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const detail = { ...flowQueries.detail(flowId), staleTime: 0 };
  const openFlow = createOpenFlow((await client.query(detail)).flow, { isInexact: false });
  const { mutationFn } = createSaveFlowMutationOptions(openFlow, client);

  return {
    openFlow,
    document: () => openFlow.getState().history.document,
    edit: (command: EditCommand) => {
      const before = openFlow.getState().history.document;
      openFlow.edit(command);
      openFlow.sealEdit();
      return openFlow.getState().history.document !== before;
    },
    /** Resolves to the error of the save, if any. */
    save: async (): Promise<unknown> => {
      const context = { client, meta: undefined };
      return mutationFn?.("asked", context).then(
        () => undefined,
        (error: unknown) => error ?? new Error("The save failed."),
      );
    },
    /** Reads the flow again, as a page does when it gets the focus. */
    poll: async () => openFlow.receive({ type: "version", ...(await client.query(detail)) }).outcome,
    hasUnsavedEdits: () => countUnsavedEdits(openFlow.getState()) > 0,
    isBehind: () => isEditBaseBehindServerVersion(openFlow.getState()),
  };
}

export type CloudSession = Awaited<ReturnType<typeof openCloudSession>>;
