import type { PausedSchedule } from "#contract/flow.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { flowEndpoints } from "#contract/flow-endpoints.ts";
import type { flowTagEndpoints } from "#contract/flow-tag-endpoints.ts";
import type { flowVersionEndpoints } from "#contract/flow-version-endpoints.ts";
import { exportFlowForRuntime } from "#server/flows/export-runtime.ts";
import { getFlow, parseFlowId } from "#server/flows/flow-access.ts";
import { createFlowResponseHeaders, serializeFlow } from "#server/flows/serialize-flow.ts";
import type { FlowServiceDependencies, FlowWriteTransactionContext } from "#server/flows/flow-context.ts";
import { addOriginToFlowChangeEvent } from "#server/flows/flow-events.ts";
import { changeTagsInTransaction, listFlowTags } from "#server/flows/flow-tags.ts";
import { listFlows } from "#server/flows/list-flows.ts";
import type { PreparedStepContents } from "#server/flows/step-index/index-entry.ts";
import { prepareStepContents } from "#server/flows/step-index/index-text-parser.ts";
import { getStepsPropertyNameOfFlowBody } from "#server/flows/list-step-errors.ts";
import { publishSavedFlowDefinition, publishExistingFlowVersion } from "#server/flows/publish.ts";
import {
  readFlowSteps,
  readPublishedVersion,
  readFlowVersion,
  readFlowVersions,
} from "#server/flows/read-versions.ts";
import {
  changeFlowInTransaction,
  createFlowInTransaction,
  removeFlowInTransaction,
} from "#server/flows/change-flow-in-transaction.ts";
import type { BackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { ThreadFailure } from "#server/threads/thread-pool.ts";
import { startCompression } from "./compressed-response.ts";
import { runOncePerIdempotencyKey } from "./once-per-idempotency-key.ts";
import { HttpError } from "./http-error.ts";
import type { EndpointRequest, EndpointHandlers } from "./endpoint-handlers.ts";

export function createFlowRoutes(
  context: FlowServiceDependencies,
  { validation, index }: { readonly validation: BackgroundTextParser; readonly index: BackgroundTextParser },
): EndpointHandlers<
  keyof typeof flowEndpoints | keyof typeof flowTagEndpoints | keyof typeof flowVersionEndpoints
> {
  const write = inTransaction(context);
  const writeSteps = inTransaction(context, (steps) => prepareStepContents(index, steps));
  const describePause = (pausedSchedules: readonly PausedSchedule[]) =>
    context.extras && pausedSchedules.length > 0 ? { pausedSchedules } : {};
  return {
    listFlows: async ({ caller, query }) => ({ status: 200, body: await listFlows(context, caller, query) }),

    createFlow: writeSteps(async (request, flowWrite) =>
      runOncePerIdempotencyKey(
        { context, tx: flowWrite.tx, operation: "POST /v1/flows" },
        request,
        async () => {
          const row = await createFlowInTransaction(context, flowWrite, request.body);
          return {
            status: 201,
            body: serializeFlow(row, context),
            headers: createFlowResponseHeaders(row, context),
          };
        },
      ),
    ),

    getFlow: async ({ caller, params }) => {
      const row = await getFlow(context, caller, parseFlowId(params.id));
      return {
        status: 200,
        body: serializeFlow(row, context),
        headers: createFlowResponseHeaders(row, context),
      };
    },

    updateFlow: writeSteps(async ({ params, body, headers }, flowWrite) => {
      const { saveKey } = headers;
      const { row, draftVersionId } = await changeFlowInTransaction(
        context,
        { ...flowWrite, saveKey },
        parseFlowId(params.id),
        body,
      );
      return {
        status: 200,
        body: serializeFlow(row, context, { draftVersionId }),
        headers: createFlowResponseHeaders(row, context),
      };
    }),

    deleteFlow: write(async ({ params }, flowWrite) => {
      await removeFlowInTransaction(context, flowWrite, parseFlowId(params.id));
      return { status: 204 };
    }),

    publishFlow: write(async (request, flowWrite) => {
      const id = parseFlowId(request.params.id);
      return runOncePerIdempotencyKey(
        { context, tx: flowWrite.tx, operation: `publish ${id}` },
        request,
        async () => {
          const { publishedVersionId, pausedSchedules } = await publishSavedFlowDefinition(
            context,
            flowWrite,
            id,
            request.body,
          );
          const published = { success: true, message: "Flow published.", publishedVersionId };
          return { status: 200, body: JSON.stringify({ ...published, ...describePause(pausedSchedules) }) };
        },
      );
    }),

    listFlowTags: async ({ caller, query }) => ({
      status: 200,
      value: await listFlowTags(context, caller, query),
    }),

    changeFlowTags: write(async ({ params, body }, flowWrite) => {
      const tags = await changeTagsInTransaction(context, flowWrite, parseFlowId(params.id), body);
      return { status: 200, value: { tags } };
    }),

    exportRuntime: async ({ caller, params }) => {
      return { status: 200, body: await exportFlowForRuntime(context, caller, parseFlowId(params.id)) };
    },

    listVersions: async ({ caller, params, query }) => {
      return {
        status: 200,
        body: await readFlowVersions(context, caller, parseFlowId(params.flowId), query),
      };
    },

    getPublishedVersion: async ({ caller, params }) => {
      return { status: 200, body: await readPublishedVersion(context, caller, parseFlowId(params.flowId)) };
    },

    getVersion: async ({ caller, params }) => {
      const body = await readFlowVersion(context, caller, parseFlowId(params.flowId), params.versionId);
      return { status: 200, body };
    },

    publishVersion: write(async (request, flowWrite) => {
      const flowId = parseFlowId(request.params.flowId);
      const { versionId } = request.body;
      const once = { context, tx: flowWrite.tx, operation: `publish a version of ${flowId}` };
      return runOncePerIdempotencyKey(once, request, async () => {
        const pausedSchedules = await publishExistingFlowVersion(context, flowWrite, flowId, versionId);
        const published = { success: true, message: "Version published.", flowId, versionId };
        return {
          status: 200,
          body: JSON.stringify({ ...published, ...describePause(pausedSchedules) }),
        };
      });
    }),

    validateFlow: async ({ bodyText, identity, request }) => {
      const { extras, extraStepTypes } = context;
      const job = { bodyText, extras, extraStepTypes, isAuthenticated: identity !== undefined };
      const { signal } = request.req.raw;
      const body = await validation.read("validate", bodyText.length, job, signal).catch(throwAsHttpError);
      return { status: 200, body };
    },

    listFlowSteps: async ({ caller, params }) => {
      return { status: 200, body: await readFlowSteps(context, caller, parseFlowId(params.flowId)) };
    },
  };
}

function inTransaction(
  { store, extras }: FlowServiceDependencies,
  prepare?: (steps: readonly JsonObject[]) => Promise<PreparedStepContents>,
) {
  return <
    Request extends EndpointRequest & { readonly body: object },
    const Success extends { readonly status: number; readonly body?: string | undefined },
  >(
    handle: (request: Request, write: FlowWriteTransactionContext) => Promise<Success>,
  ) =>
    async (request: Request): Promise<Success> => {
      const steps = prepare && getStepsOfBody(request.body);
      const stepContents = steps && (await prepare(steps));
      const acceptEncoding = request.request.req.header("accept-encoding");
      return store.write(async (tx, publish) => {
        const { caller, headers } = request;
        const answer = await handle(request, {
          tx,
          caller,
          ifMatch: headers.ifMatch,
          stepContents,
          publish: (event) => {
            if (extras) publish(addOriginToFlowChangeEvent(event, caller, headers.tab));
          },
        });
        // Compresses the response while the transaction commits.
        return { ...answer, ...startCompression(answer.body, acceptEncoding) };
      });
    };
}

function getStepsOfBody(body: {
  readonly flowSteps?: readonly JsonObject[];
  readonly steps?: readonly JsonObject[];
}): readonly JsonObject[] {
  return body[getStepsPropertyNameOfFlowBody(body)] ?? [];
}

function throwAsHttpError(error: unknown): never {
  if (!(error instanceof ThreadFailure)) throw error;
  if (error.kind === "slow" || error.kind === "memory") {
    const message = "The flow takes too long to validate. Shorten or simplify its texts.";
    throw new HttpError(400, message, [{ message, code: "TOO_SLOW" }], { extra: `"code":"TOO_SLOW"` });
  }
  const message = "The server is busy. Retry in a moment.";
  throw new HttpError(503, message, [{ message, code: "BUSY" }], { headers: { "retry-after": "5" } });
}
