import { LENIENT_SAVE_HEADER, UNREAD_FIELDS_WARNING } from "#contract/flow.ts";
import { isJsonObject } from "#core/json/json.ts";
import { buildFlowDeletedEvent } from "#server/flows/flow-events.ts";
import { readTagsOfNewFlow } from "#server/flows/flow-tags.ts";
import { HttpError } from "#server/http/http-error.ts";
import type { EndpointHandlers, EndpointRequest } from "#server/http/endpoint-handlers.ts";
import {
  type CloudFlowReader,
  type CompletedFlow,
  type FlowWithSteps,
  createStepFieldsError,
  isFlowWithSteps,
  isResultOf,
} from "./flow-reader.ts";
import { BoundedMap } from "./bounded-map.ts";
import { isPartialToken, matchesToken } from "./content-token.ts";
import type { CloudEvents } from "./events.ts";
import type { CloudTags } from "./tags.ts";
import { markAsUnwritten, readUpstreamAnswer } from "./upstream-answer.ts";
import { UpstreamAnswerError } from "#server/http/upstream-answer-error.ts";
import { createReadCall, createWriteCall } from "./upstream-call.ts";
import type { UpstreamClient, UpstreamRequest } from "./upstream.ts";

type CloudFlowEndpoint =
  | "getFlow"
  | "createFlow"
  | "updateFlow"
  | "deleteFlow"
  | "publishFlow"
  | "listVersions"
  | "publishVersion";

interface CloudFlowDependencies {
  readonly tags: CloudTags;
  readonly events: CloudEvents;
  readonly reader: CloudFlowReader;
}

/**
 * Handles the page's requests for flows with documented requests to the connected API. That API compares no versions: the
 * handlers read the flow and compare, then write, one write at a time for each flow. So two pages of this server cannot
 * overwrite each other; a write that does not come through this server between the read and the write is overwritten.
 */
export function createCloudFlowRoutes(
  upstream: UpstreamClient,
  { tags, events, reader }: CloudFlowDependencies,
): EndpointHandlers<CloudFlowEndpoint> {
  const inTurn = createTurns();
  /** The keys of the saves that this server has sent: browsers repeat a request whose connection broke. */
  const forwardedKeys = new BoundedMap<string, true>(MAX_RECENT_KEYS);

  const send = async (
    request: EndpointRequest,
    method: string,
    target: string,
    bodyText: string = request.bodyText,
  ) => {
    const { signal } = request;
    signal.throwIfAborted();
    const call = createWriteCall(request);
    if (bodyText === "") call.headers.delete("content-type");
    return upstream.send({
      ...call,
      // Outlives the client: the API may process an aborted write after the next one, and thus overwrite it.
      signal: AbortSignal.any([]),
      method,
      target,
      body: bodyText === "" ? undefined : bodyText,
    });
  };

  const answer = async (found: CompletedFlow) => toFlowJson(found, await tags.findTagsOfFlow(found.flow.id));

  /** Throws 412 for another version. Rows of the list have no token and name their version by the date. */
  const readExpected = async (
    request: EndpointRequest,
    id: string,
    { replacesSteps = false } = {},
  ): Promise<CompletedFlow | undefined> => {
    const { ifMatch } = request.headers;
    if (ifMatch === undefined) return undefined;
    const call = createReadCall(request);
    const read = await reader.readFlow(call, id);
    const { updatedAt } = read.value;
    if (!replacesSteps && typeof updatedAt === "string" && matchesToken(ifMatch, updatedAt)) return undefined;
    const current = await reader.complete(call, read);
    if (matchesToken(ifMatch, current.versionToken)) return current;
    // A token of a whole flow cannot be compared with one of a flow without all fields.
    if (current.problem !== undefined && !isPartialToken(ifMatch)) {
      const message = current.problem;
      throw new HttpError(502, message, [{ message, code: "UPSTREAM_STEP_FIELDS" }]);
    }
    throw new StaleCloudFlowError(current, await tags.findTagsOfFlow(id));
  };

  /** Sends a write that returns no flow, if the flow still has the expected version. */
  const writeIfExpected = (
    request: EndpointRequest,
    flowId: string,
    { method, target, bodyText }: Pick<UpstreamRequest, "method" | "target"> & { readonly bodyText?: string },
  ) =>
    inTurn(flowId, async () => {
      await readExpected(request, flowId).catch((error: unknown) => {
        // The page takes any success without a text for the success of a deletion.
        const isSuccess = error instanceof UpstreamAnswerError && error.response.ok;
        throw markAsUnwritten(isSuccess ? createUnreadableFlowError() : error);
      });
      return send(request, method, target, bodyText);
    });

  return {
    getFlow: async (request) => {
      const call = createReadCall(request);
      const found = await reader.complete(call, await reader.readFlow(call, request.params.id));
      return { status: 200, body: await answer(found), headers: found.headers };
    },

    createFlow: async (request) => {
      const { tags: givenTags = [], ...given } = request.body;
      // The API stores neither, and may refuse them.
      const { description, sampleMetadata, ...definition } = given;
      const { flowSteps = definition.steps ?? [] } = definition;
      assertStepList(flowSteps);
      const newTags = readTagsOfNewFlow(givenTags);
      const isCut = [request.body.tags, description, sampleMetadata].some((value) => value !== undefined);
      const bodyText = isCut ? JSON.stringify(definition) : request.bodyText;
      const response = await send(request, "POST", "/v1/flows", bodyText);
      const written = await readUpstreamAnswer(response, isFlowWithSteps);
      const found = await reader.readBack(createReadCall(request), written, {
        steps: flowSteps,
        isComplete: true,
      });
      await tags.addToNewFlow(found.flow.id, newTags);
      events.publishChange(request, "created", found.flow.id, found.versionToken);
      return { status: 201, body: await answer(found), headers: written.headers };
    },

    updateFlow: async (request) => {
      const { id } = request.params;
      const { flowSteps } = request.body;
      assertStepList(flowSteps);
      return inTurn(id, async () => {
        const { saveKey } = request.headers;
        const replacesSteps = flowSteps !== undefined;
        const current = await readExpected(request, id, { replacesSteps }).catch((error: unknown) => {
          // A proxy may repeat a save that this server sent before it was restarted.
          const isPerhapsOwn =
            error instanceof StaleCloudFlowError && isResultOf(request.body, error.current.flow);
          const isUnknown = saveKey === undefined || forwardedKeys.has(saveKey) || isPerhapsOwn;
          throw isUnknown ? error : markAsUnwritten(error);
        });
        const isAccepted = request.request.req.header(LENIENT_SAVE_HEADER) !== undefined;
        if (flowSteps && current?.problem !== undefined && !isAccepted)
          throw createStepFieldsError(`${current.problem} ${UNREAD_FIELDS_WARNING}`);
        if (saveKey !== undefined) forwardedKeys.set(saveKey, true);
        const response = await send(request, "PUT", targetOf(id));
        const written = await readUpstreamAnswer(response, isFlowWithSteps);
        const steps = flowSteps ?? current?.flow.flowSteps ?? (written.value as FlowWithSteps).flowSteps;
        const isComplete = current !== undefined && current.problem === undefined;
        const found = await reader.readBack(createReadCall(request), written, { steps, isComplete });
        events.publishChange(request, "updated", id, found.versionToken);
        return { status: 200, body: await answer(found), headers: written.headers };
      });
    },

    deleteFlow: async (request) => {
      const { id } = request.params;
      const response = await writeIfExpected(request, id, { method: "DELETE", target: targetOf(id) });
      if (response.status !== 204) throw new UpstreamAnswerError(response);
      await tags.forget(id);
      events.publish(request, buildFlowDeletedEvent(id));
      return { status: 204 };
    },

    publishFlow: async (request) => {
      const { id } = request.params;
      // The API stores no label and notes, and may refuse them.
      const target = `${targetOf(id)}/publish`;
      const answered = await passOn(
        await writeIfExpected(request, id, { method: "POST", target, bodyText: "" }),
      );
      events.publishChange(request, "published", id);
      return answered;
    },

    listVersions: async (request) => {
      const { flowId } = request.params;
      // The API returns all versions at once, and may refuse the paging parameters of this server.
      const { type } = request.query;
      const search = type === undefined ? "" : `?${new URLSearchParams({ type }).toString()}`;
      const target = `/v1/flow-versions/${encodeURIComponent(flowId)}${search}`;
      return passOn(await upstream.send({ ...createReadCall(request), method: "GET", target }));
    },

    publishVersion: async (request) => {
      const { flowId } = request.params;
      const target = `/v1/flow-versions/${encodeURIComponent(flowId)}/publish`;
      const answered = await passOn(await writeIfExpected(request, flowId, { method: "POST", target }));
      events.publishChange(request, "published", flowId);
      return answered;
    },
  };
}

/** Checks only the shape that the handlers rely on: the connected API may allow other steps than this server. */
function assertStepList(steps: unknown): void {
  if (steps === undefined || (Array.isArray(steps) && steps.every((step) => isJsonObject(step)))) return;
  const message = "Expected a list of steps.";
  throw new HttpError(400, "The request is not valid.", [
    { message, path: "flowSteps", code: "INVALID_TYPE" },
  ]);
}

function createUnreadableFlowError(): HttpError {
  const message = "The API sent data in an unknown format.";
  return new HttpError(502, message, [{ message, code: "UPSTREAM_UNREACHABLE" }]);
}

class StaleCloudFlowError extends HttpError {
  readonly current: CompletedFlow;

  constructor(current: CompletedFlow, tags: readonly string[] | undefined) {
    const message = "The flow was changed elsewhere.";
    const details = [{ message, code: "STALE_REVISION" }] as const;
    super(412, message, details, { extra: `"current":${toFlowJson(current, tags)}` });
    this.current = current;
  }
}

const targetOf = (flowId: string) => `/v1/flows/${encodeURIComponent(flowId)}`;

async function passOn(response: Response) {
  const { text, headers } = await readUpstreamAnswer(response, () => true);
  return { status: 200, body: text, headers } as const;
}

function toFlowJson(
  { flow, versionToken, problem, differences, isInexact }: CompletedFlow,
  tags: readonly string[] | undefined,
): string {
  const stepFields = {
    ...(problem !== undefined && { problem }),
    differences,
  };
  return JSON.stringify({
    ...flow,
    ...(tags && { tags }),
    versionToken,
    ...((problem !== undefined || differences.length > 0) && { stepFields }),
    ...(isInexact && { hasInexactNumbers: true }),
  });
}

const MAX_RECENT_KEYS = 10_000;

/** Returns a function that runs tasks of one key one after the other, whether or not they fail. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const turn = (last.get(key) ?? Promise.resolve()).then(task, task);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
