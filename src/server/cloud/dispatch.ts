import { BRANCH_NAMES } from "#core/document/flow-document.ts";
import { listJsonMembers } from "#core/json/json-members.ts";
import { findJsonValueOffsets } from "#core/json/json-places.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { endpoints } from "#contract/endpoints.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { EndpointHandlers } from "#server/http/endpoint-handlers.ts";
import { assertCallerMaySend } from "./required-scopes.ts";
import { UpstreamAnswerError } from "#server/http/upstream-answer-error.ts";
import { createWriteCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

const { path } = endpoints.dispatch;

/** Handles the page's test runs. The connected API runs whole flows, so a run up to a step sends only the steps up to it. */
export function createCloudDispatchRoutes(upstream: UpstreamClient): EndpointHandlers<"dispatch"> {
  return {
    dispatch: async (request) => {
      const { bodyText, caller } = request;
      assertCallerMaySend(caller, path, Buffer.from(bodyText));
      const response = await upstream.send({
        ...createWriteCall(request),
        method: "POST",
        target: path,
        isRun: true,
        body: cutBody(request.body, bodyText),
      });
      if (!response.ok || !response.body) throw new UpstreamAnswerError(response);
      return { status: 200, stream: response.body, headers: Object.fromEntries(response.headers) };
    },
  };
}

/** Edits the text, because serializing the body again could change numbers. */
function cutBody({ flow, options }: JsonObject, text: string): string {
  if (!isJsonObject(options) || typeof options["upToStep"] !== "string") return text;
  const steps = isJsonObject(flow) && Array.isArray(flow["steps"]) ? flow["steps"] : [];
  const cuts = findCuts(steps, options["upToStep"], ["flow", "steps"]);
  if (!cuts) {
    const message = "The flow has no step with this id.";
    throw createInvalidRequestError(message, { message, path: "options.upToStep", code: "UNKNOWN_STEP" });
  }
  return cuts.reduce(cutList, removeOption(text));
}

function removeOption(text: string): string {
  const [place] = findJsonValueOffsets(text, [["options"]]);
  if (!place) return text;
  const members = listJsonMembers(text.slice(place.from, place.to)) ?? [];
  const documented = members
    .filter(({ key }) => key !== "upToStep")
    .map(({ key, source }) => `${JSON.stringify(key)}:${source}`);
  return `${text.slice(0, place.from)}{${documented.join()}}${text.slice(place.to)}`;
}

/** A list of steps of which only the first `kept` remain. */
interface Cut {
  readonly list: JsonPath;
  readonly kept: number;
}

function cutList(text: string, { list, kept }: Cut): string {
  const [whole, last] = findJsonValueOffsets(text, [list, [...list, kept - 1]]);
  return whole ? text.slice(0, last?.to ?? whole.from + 1) + text.slice(whole.to - 1) : text;
}

/** If the step is in a branch, the branch after it becomes empty. Undefined if no step has the id. */
function findCuts(steps: readonly JsonValue[], last: string, list: JsonPath): readonly Cut[] | undefined {
  for (const [index, step] of steps.entries()) {
    if (!isJsonObject(step)) continue;
    const cut = { list, kept: index + 1 };
    if (step["id"] === last) return [cut];
    const config = isJsonObject(step["config"]) ? step["config"] : {};
    const branches = BRANCH_NAMES.flatMap((name) => {
      const nested = config[name];
      return Array.isArray(nested) ? [{ nested, path: [...list, index, "config", name] }] : [];
    });
    for (const [place, { nested, path }] of branches.entries()) {
      const inner = findCuts(nested, last, path);
      if (!inner) continue;
      const later = branches.slice(place + 1).map((branch) => ({ list: branch.path, kept: 0 }));
      return [cut, ...inner, ...later];
    }
  }
  return undefined;
}
