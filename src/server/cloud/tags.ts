import type { FlowTagChange } from "#core/document/flow-tags.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import type { EndpointHandlers } from "#server/http/endpoint-handlers.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { createFlowNotFoundError, isWellFormedId } from "#server/flows/flow-access.ts";
import { readTagChange, writeTagChange } from "#server/flows/flow-tags.ts";
import {
  findTaggedFlows,
  lockTagsOfFlow,
  readFlowTagCounts,
  readTagsOfFlows,
  replaceFlowTagRows,
} from "#server/store/flow-tag-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { AccountStore } from "./account-store.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { CloudEvents } from "./events.ts";
import { isUpstreamNotFound, readUpstreamAnswer } from "./upstream-answer.ts";
import { type UpstreamCall, createReadCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

type TagsByFlow = ReadonlyMap<string, readonly string[]>;

const MAX_DELETED_FLOWS = 1000;

/** The tags of the connected account's flows, in the server's own store: the API has none. */
export class CloudTags {
  readonly #accountStore: AccountStore;
  readonly #upstream: UpstreamClient;
  readonly #logger: ServerLogger;
  /** Flows that were deleted here, whose tags may still be on their way. */
  readonly #deletedFlows = new BoundedMap<string, true>(MAX_DELETED_FLOWS);

  constructor(accountStore: AccountStore, upstream: UpstreamClient, logger: ServerLogger) {
    this.#accountStore = accountStore;
    this.#upstream = upstream;
    this.#logger = logger;
  }

  /** Resolves to undefined if the tags cannot be read: flows are then answered without them. */
  async findTags(flowIds: readonly string[]): Promise<TagsByFlow | undefined> {
    try {
      return await this.#accountStore.read(
        ({ database }) => readTagsOfFlows(database, this.#organizationId, flowIds),
        new Map(),
      );
    } catch (error) {
      this.#logger.debug({ err: describeErrorForLog(error) }, "could not read tags");
      return undefined;
    }
  }

  async findTagsOfFlow(flowId: string): Promise<readonly string[] | undefined> {
    const tags = await this.findTags([flowId]);
    return tags && (tags.get(flowId) ?? []);
  }

  /** Returns the ids of the flows that have all the tags. */
  findFlows(tagKeys: readonly string[]): Promise<readonly string[]> {
    return this.#accountStore.read(
      ({ database }) => findTaggedFlows(database, this.#organizationId, tagKeys),
      [],
    );
  }

  list(search: string) {
    return this.#accountStore.read(
      ({ database }) => readFlowTagCounts(database, this.#organizationId, search),
      { tags: [], hasMore: false },
    );
  }

  /** Returns the tags after the change. Throws 404 if the flow was deleted here. */
  async change(flowId: string, change: FlowTagChange): Promise<readonly string[]> {
    const store = await this.#accountStore.open();
    return store.write((tx) =>
      this.#inLock(tx, flowId, (before) => {
        if (this.#deletedFlows.has(flowId)) throw createFlowNotFoundError();
        return writeTagChange(tx, this.#nameFlow(flowId), before, change);
      }),
    );
  }

  /** Does not fail: the flow exists already, and its answer shows which tags it has. */
  async addToNewFlow(flowId: string, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await this.change(flowId, { add: names }).catch((error: unknown) => {
      this.#logger.warn({ err: describeErrorForLog(error) }, "could not store the tags of a new flow");
    });
  }

  /** Deletes the tags of a flow that was deleted here, and refuses further ones. */
  async forget(flowId: string): Promise<void> {
    this.#deletedFlows.set(flowId, true);
    await this.#deleteTags(flowId);
  }

  /** Returns whether the API holds the flow, and deletes its tags if not. Throws `UpstreamAnswerError` if unknown. */
  async checkFlow(call: UpstreamCall, flowId: string): Promise<boolean> {
    const target = `/v1/flows/${encodeURIComponent(flowId)}`;
    const response = await this.#upstream.send({ ...call, method: "GET", target });
    try {
      await readUpstreamAnswer(response, () => true);
      return true;
    } catch (error) {
      if (!(await isUpstreamNotFound(error))) throw error;
      await this.#deleteTags(flowId);
      return false;
    }
  }

  /** Does not fail: tags of missing flows are only counted. */
  async #deleteTags(flowId: string): Promise<void> {
    try {
      const store = await this.#accountStore.findStore();
      await store?.write((tx) =>
        this.#inLock(tx, flowId, (before) => replaceFlowTagRows(tx, this.#nameFlow(flowId), before, [])),
      );
    } catch (error) {
      this.#logger.warn({ err: describeErrorForLog(error) }, "could not delete the tags of a deleted flow");
    }
  }

  get #organizationId(): string {
    return this.#accountStore.organizationId;
  }

  #nameFlow(id: string) {
    return { organizationId: this.#organizationId, id };
  }

  async #inLock<T>(
    tx: DatabaseTransaction,
    flowId: string,
    work: (before: string[]) => Promise<T>,
  ): Promise<T> {
    await lockTagsOfFlow(tx, this.#organizationId, flowId);
    const tags = await readTagsOfFlows(tx, this.#organizationId, [flowId]);
    return work([...(tags.get(flowId) ?? [])]);
  }
}

export function createCloudTagRoutes(
  tags: CloudTags,
  events: CloudEvents,
): EndpointHandlers<"listFlowTags" | "changeFlowTags"> {
  return {
    listFlowTags: async ({ query }) => ({ status: 200, value: await tags.list(query.search ?? "") }),

    changeFlowTags: async (request) => {
      const { id } = request.params;
      const change = readTagChange(request.body);
      if (!isWellFormedId(id)) throw createFlowNotFoundError();
      if (change.add.length > 0 && !(await tags.checkFlow(createReadCall(request), id)))
        throw createFlowNotFoundError();
      const changed = [...(await tags.change(id, change))];
      events.publish(request, { event: "flow.tagged", data: { id, tags: changed } });
      return { status: 200, value: { tags: changed } };
    },
  };
}
