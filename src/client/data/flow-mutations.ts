import { mutationOptions } from "@tanstack/react-query";
import type { CreateFlowBody, PublishFlowBody } from "#contract/flow.ts";
import { type JsonObject, isJsonObject, withKey } from "#core/json.ts";
import { BRANCHES } from "#core/flow-document.ts";
import { callEndpoint } from "./call-endpoint.ts";
import { flowQueries } from "./flow-queries.ts";
import { mintId } from "./mint-id.ts";

/** Names one flow and the version that the person saw; without a token the write is unconditional. */
export interface FlowTarget {
  readonly id: string;
  readonly versionToken?: string | undefined;
}

const meta = { invalidates: [flowQueries.lists()] };
const scopeOf = (id: string) => ({ id: `flow:${id}` });

/** Writes on whole flows. The editor's own save is elsewhere: it reads its document at the moment of sending. */
export const flowMutations = {
  create: () =>
    mutationOptions({
      mutationFn: (body: CreateFlowBody) =>
        callEndpoint("createFlow", { body, idempotencyKey: mintId("create") }),
      meta,
    }),

  rename: (target: FlowTarget) =>
    mutationOptions({
      mutationKey: ["renameFlow", target.id],
      scope: scopeOf(target.id),
      mutationFn: (name: string) =>
        callEndpoint("updateFlow", {
          params: { id: target.id },
          body: { name },
          ifMatch: target.versionToken,
        }),
      meta,
    }),

  /** There is no copy on the server: the flow is read and created anew, with ids of its own. */
  duplicate: () =>
    mutationOptions({
      mutationKey: ["duplicateFlow"],
      mutationFn: async (id: string) => {
        const original = await callEndpoint("getFlow", { params: { id } });
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
      mutationFn: () =>
        callEndpoint("deleteFlow", { params: { id: target.id }, ifMatch: target.versionToken }),
      meta,
    }),

  publish: (target: FlowTarget) =>
    mutationOptions({
      scope: scopeOf(target.id),
      mutationFn: (body: PublishFlowBody) =>
        callEndpoint("publishFlow", { params: { id: target.id }, body, ifMatch: target.versionToken }),
      meta: { invalidates: [flowQueries.all()] },
    }),
};

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
