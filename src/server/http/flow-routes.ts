import type { Answer } from "#server/answer.ts";
import type { Transaction } from "#server/store/database.ts";
import {
  readFlowSteps,
  readPublishedVersion,
  readVersion,
  readVersions,
} from "#server/flows/read-versions.ts";
import { exportRuntime } from "#server/flows/export-runtime.ts";
import { getFlow, readFlowId } from "#server/flows/flow-access.ts";
import { flowHeaders, flowText } from "#server/flows/flow-answer.ts";
import type { FlowContext } from "#server/flows/flow-context.ts";
import { signNews } from "#server/flows/flow-news.ts";
import { answerOnce } from "#server/flows/idempotent.ts";
import { listFlows } from "#server/flows/list-flows.ts";
import { publishDraft, publishVersion } from "#server/flows/publish.ts";
import { changeFlow, createFlow, removeFlow } from "#server/flows/write-flow.ts";
import type { ApiRequest, Route } from "./route.ts";

/** Flows, their versions and their steps. */
export function flowRoutes(context: FlowContext): readonly Route[] {
  const keyed = ({ headers, bodyText }: ApiRequest, route: string) => {
    return { key: headers.idempotencyKey, route, bodyText };
  };
  const id = ({ params }: ApiRequest) => readFlowId(params["id"] ?? params["flowId"]);
  const write = (request: ApiRequest, work: (tx: Transaction) => Promise<Answer>) =>
    writeAndTell(context, request, work);
  return [
    { endpoint: "listFlows", answer: ({ caller, query }) => listFlows(context, caller, query) },
    {
      endpoint: "createFlow",
      answer: (request) =>
        write(request, (tx) =>
          answerOnce(context, tx, request.caller, keyed(request, "POST /v1/flows"), () =>
            createFlow(context, tx, request.caller, request.body),
          ),
        ),
    },
    {
      endpoint: "getFlow",
      answer: async (request) => {
        const row = await getFlow(context, request.caller, id(request));
        return { status: 200, body: flowText(row, context), headers: flowHeaders(row, context) };
      },
    },
    {
      endpoint: "updateFlow",
      answer: (request) =>
        write(request, (tx) =>
          changeFlow(context, tx, request.caller, id(request), request.body, request.headers),
        ),
    },
    {
      endpoint: "deleteFlow",
      answer: (request) =>
        write(request, (tx) => removeFlow(context, tx, request.caller, id(request), request.headers.ifMatch)),
    },
    {
      endpoint: "publishFlow",
      answer: (request) =>
        write(request, (tx) =>
          answerOnce(context, tx, request.caller, keyed(request, `publish ${id(request)}`), () =>
            publishDraft(context, tx, request.caller, id(request), request.body, request.headers.ifMatch),
          ),
        ),
    },
    { endpoint: "exportRuntime", answer: (request) => exportRuntime(context, request.caller, id(request)) },
    {
      endpoint: "listVersions",
      answer: (request) => readVersions(context, request.caller, id(request), request.query),
    },
    {
      endpoint: "getPublishedVersion",
      answer: (request) => readPublishedVersion(context, request.caller, id(request)),
    },
    {
      endpoint: "getVersion",
      answer: (request) =>
        readVersion(context, request.caller, id(request), request.params["versionId"] ?? ""),
    },
    {
      endpoint: "publishVersion",
      answer: (request) => {
        const versionId = request.body["versionId"] as string;
        return write(request, (tx) =>
          answerOnce(context, tx, request.caller, keyed(request, `publish a version of ${id(request)}`), () =>
            publishVersion(context, tx, request.caller, id(request), versionId, request.headers.ifMatch),
          ),
        );
      },
    },
    {
      endpoint: "validateFlow",
      answer: async ({ body, bodyText, identity }) => {
        // The parsers come with the first flow to be validated, so that the server starts without them.
        const { validateFlow } = await import("#server/flows/validate-flow.ts");
        return validateFlow(context, { body, bodyText, isAuthenticated: identity !== undefined });
      },
    },
    { endpoint: "listFlowSteps", answer: (request) => readFlowSteps(context, request.caller, id(request)) },
  ];
}

/** One transaction for the write and for what those who listen hear of it. */
function writeAndTell(
  { store, extras }: FlowContext,
  { caller, headers }: ApiRequest,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  return store.write(async (tx, tell) => {
    const answer = await work(tx);
    if (answer.news && extras) {
      tell(signNews(answer.news, { organizationId: caller.organizationId, tab: headers.tab }));
    }
    return answer;
  });
}
