import { mutationOptions } from "@tanstack/react-query";
import type { CreateFlowBody, Flow, PublishFlowBody } from "#contract/flow.ts";
import { NetworkError, isStaleWriteError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import {
  type FlowIdWithSeenVersion,
  getNewestVersionWrittenByPage,
  nameVersion,
  writeFlow,
} from "#client/data/api/write-flow.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";

export class FlowRenamedElsewhereError extends Error {
  override readonly name = "FlowRenamedElsewhereError";
  readonly newName: string;

  constructor(newName: string) {
    super(`It was renamed to ${newName} elsewhere`);
    this.newName = newName;
  }
}

const meta = { invalidates: [flowQueries.lists()] };
/** The editor would otherwise show an outdated version as saved. */
const metaOf = (id: string) => ({ invalidates: [...meta.invalidates, flowQueries.detail(id).queryKey] });
const scopeOf = (id: string) => ({ id: `flow:${id}` });

export const flowMutations = {
  create: () =>
    mutationOptions({
      mutationKey: ["createFlow"],
      mutationFn: (body: CreateFlowBody) =>
        callEndpoint("createFlow", { body, idempotencyKey: createSortableId("create") }),
      meta,
    }),

  /** Throws {@link FlowRenamedElsewhereError}; other changes by other clients are kept. */
  rename: (target: FlowIdWithSeenVersion & Pick<Flow, "name">) =>
    mutationOptions({
      mutationKey: ["renameFlow", target.id],
      scope: scopeOf(target.id),
      mutationFn: async (name: string) => {
        let seen: FlowIdWithSeenVersion = target;
        for (;;) {
          try {
            return await nameFlow(seen, name);
          } catch (error) {
            if (!isStaleWriteError(error)) throw error;
            const current = await callEndpoint("getFlow", { params: { id: target.id } });
            const isKnown =
              current.name === target.name || namesGiven.get(target.id)?.has(current.name) === true;
            if (current.name === name) return current;
            if (!isKnown) throw new FlowRenamedElsewhereError(current.name);
            seen = current;
          }
        }
      },
      meta: metaOf(target.id),
    }),

  /** Reads the flow and creates it again with new ids, because the API has no endpoint for copies. */
  duplicate: () =>
    mutationOptions({
      mutationKey: ["duplicateFlow"],
      mutationFn: async (id: string) => {
        const { duplicateFlow } = await import("./duplicate-flow.ts").catch((cause: unknown) => {
          throw new NetworkError("Couldn’t load the code that duplicates flows", { cause });
        });
        return duplicateFlow(id);
      },
      meta,
    }),

  remove: (target: FlowIdWithSeenVersion) =>
    mutationOptions({
      scope: scopeOf(target.id),
      mutationFn: async () => {
        const own = getNewestVersionWrittenByPage(target);
        // After a restore from a backup, the server may have the older version that the user saw.
        return sendRemoval(own).catch((error: unknown) => {
          if (own === target || !isStaleWriteError(error)) throw error;
          return sendRemoval(target);
        });
      },
      meta: metaOf(target.id),
    }),

  publish: (target: FlowIdWithSeenVersion, idempotencyKey?: string) =>
    mutationOptions({
      scope: scopeOf(target.id),
      mutationFn: async (body: PublishFlowBody) =>
        callEndpoint("publishFlow", {
          params: { id: target.id },
          // The documented API has no body here, and may refuse one.
          ...(Object.keys(body).length > 0 && { body }),
          ifMatch: nameVersion(target),
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        }),
      meta: { invalidates: [flowQueries.all()] },
    }),

  publishVersion: (target: FlowIdWithSeenVersion) =>
    mutationOptions({
      scope: scopeOf(target.id),
      mutationFn: async (versionId: string) =>
        callEndpoint("publishVersion", {
          params: { flowId: target.id },
          body: { versionId },
          ifMatch: nameVersion(target),
        }),
      meta: { invalidates: [flowQueries.all()] },
    }),
};

/** Starts the deletion synchronously, because the page is closing; the next page load reports the outcome. */
export function deleteFlowOnPageExit(target: FlowIdWithSeenVersion): void {
  sendRemoval(getNewestVersionWrittenByPage(target)).catch(() => undefined);
}

function sendRemoval(target: FlowIdWithSeenVersion) {
  const { id } = target;
  return callEndpoint("deleteFlow", { params: { id }, ifMatch: nameVersion(target), keepalive: true });
}

/** By flow id: a rename to such a name does not count as a rename by another client. */
const namesGiven = new Map<string, Set<string>>();

function nameFlow(target: FlowIdWithSeenVersion, name: string): Promise<Flow> {
  const given = namesGiven.get(target.id) ?? new Set();
  namesGiven.set(target.id, given.add(name));
  return writeFlow(target, { name });
}
