import { mutationOptions } from "@tanstack/react-query";
import type { CreateFlowBody, Flow, PublishFlowBody } from "#contract/flow.ts";
import { type JsonObject, isJsonObject, withKey } from "#core/json.ts";
import { BRANCHES } from "#core/flow-document.ts";
import { changesNumbers } from "#core/json-text.ts";
import { InexactError, isStale } from "./api-error.ts";
import { callEndpoint, callEndpointForText } from "./call-endpoint.ts";
import { flowQueries } from "./flow-queries.ts";
import { type FlowTarget, checkDate, followOwnWrites, writeFlow } from "./write-flow.ts";
import { mintId } from "./mint-id.ts";

export type { FlowTarget } from "./write-flow.ts";

/** A flow that somebody else has given another name than both the old and the new one. */
export class RenamedElsewhereError extends Error {
  override readonly name = "RenamedElsewhereError";
  readonly newName: string;

  constructor(newName: string) {
    super(`It was renamed to ${newName} elsewhere`);
    this.newName = newName;
  }
}

const meta = { invalidates: [flowQueries.lists()] };
/** Of a flow that is opened next, what was read before would be shown as what is saved. */
const metaOf = (id: string) => ({ invalidates: [...meta.invalidates, flowQueries.detail(id).queryKey] });
const scopeOf = (id: string) => ({ id: `flow:${id}` });

/** Writes on whole flows. The editor's own save is elsewhere: it reads its document at the moment of sending. */
export const flowMutations = {
  create: () =>
    mutationOptions({
      mutationFn: (body: CreateFlowBody) =>
        callEndpoint("createFlow", { body, idempotencyKey: mintId("create") }),
      meta,
    }),

  /** Whatever else was changed in it meanwhile stays; only another new name is not written over. */
  rename: (target: FlowTarget & Pick<Flow, "name">) =>
    mutationOptions({
      mutationKey: ["renameFlow", target.id],
      scope: scopeOf(target.id),
      mutationFn: async (name: string) => {
        let seen: FlowTarget = target;
        for (;;) {
          try {
            return await nameFlow(seen, name);
          } catch (error) {
            if (!isStale(error)) throw error;
            const current = await callEndpoint("getFlow", { params: { id: target.id } });
            const isKnown =
              current.name === target.name || namesGiven.get(target.id)?.has(current.name) === true;
            if (current.name === name) return current;
            if (!isKnown) throw new RenamedElsewhereError(current.name);
            seen = current;
          }
        }
      },
      meta: metaOf(target.id),
    }),

  /** There is no copy on the server: the flow is read and created anew, with ids of its own. */
  duplicate: () =>
    mutationOptions({
      mutationKey: ["duplicateFlow"],
      mutationFn: async (id: string) => {
        const { value: original, text } = await callEndpointForText("getFlow", { params: { id } });
        if (changesNumbers(text, original as JsonObject)) throw new InexactError();
        return callEndpoint("createFlow", {
          body: {
            name: `Copy of ${original.name}`.slice(0, 500),
            ...(typeof original.description === "string" && { description: original.description }),
            flowSteps: withNewIds(original.flowSteps) as CreateFlowBody["flowSteps"],
          },
          idempotencyKey: mintId("create"),
        });
      },
      meta,
    }),

  remove: (target: FlowTarget) =>
    mutationOptions({
      scope: scopeOf(target.id),
      mutationFn: async () => {
        const own = followOwnWrites(target);
        const remove = async (seen: FlowTarget) => {
          await checkDate(seen);
          return callEndpoint("deleteFlow", { params: { id: seen.id }, ifMatch: seen.versionToken });
        };
        // What was seen may be what is there again, as after a backup was put back.
        return remove(own).catch((error: unknown) => {
          if (own === target || !isStale(error)) throw error;
          return remove(target);
        });
      },
      meta: metaOf(target.id),
    }),

  publish: (target: FlowTarget) =>
    mutationOptions({
      scope: scopeOf(target.id),
      mutationFn: async (body: PublishFlowBody) => {
        await checkDate(target);
        return callEndpoint("publishFlow", {
          params: { id: target.id },
          body,
          ifMatch: target.versionToken,
        });
      },
      meta: { invalidates: [flowQueries.all()] },
    }),

  /** Makes a version live that there is already; what is saved stays as it is. */
  publishVersion: (target: FlowTarget) =>
    mutationOptions({
      scope: scopeOf(target.id),
      mutationFn: async (versionId: string) => {
        await checkDate(target);
        return callEndpoint("publishVersion", {
          params: { flowId: target.id },
          body: { versionId },
          ifMatch: target.versionToken,
        });
      },
      meta: { invalidates: [flowQueries.all()] },
    }),
};

/** Names that this page asked for, by the flow's id: none of them is another person's, whatever a row still shows. */
const namesGiven = new Map<string, Set<string>>();

function nameFlow(target: FlowTarget, name: string): Promise<Flow> {
  const given = namesGiven.get(target.id) ?? new Set();
  namesGiven.set(target.id, given.add(name));
  return writeFlow(target, { name });
}

function withNewIds(steps: readonly JsonObject[]): readonly JsonObject[] {
  return steps.map((step) => {
    let copy = withKey(step, "id", mintId("step"));
    if (step["type"] !== "conditional") return copy;
    for (const branch of BRANCHES) {
      const config = isJsonObject(copy["config"]) ? copy["config"] : {};
      const nested = Object.hasOwn(config, branch) ? config[branch] : undefined;
      if (!Array.isArray(nested) || !nested.every(isJsonObject)) continue;
      copy = withKey(copy, "config", withKey(config, branch, withNewIds(nested)));
    }
    return copy;
  });
}
