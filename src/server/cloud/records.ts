import { isJsonObject } from "#core/json/json.ts";
import type { EndpointHandlers } from "#server/http/endpoint-handlers.ts";
import { readUpstreamAnswer } from "./upstream-answer.ts";
import { createReadCall, createWriteCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

/** Handles the page's requests for records that are not only forwarded. */
export function createCloudRecordRoutes(
  upstream: UpstreamClient,
): EndpointHandlers<"listRecordTypes" | "createRecord"> {
  return {
    /** Lists the types of the 100 most recently changed records: the API has no list of types. */
    listRecordTypes: async (request) => {
      const target = "/v1/records?limit=100";
      const response = await upstream.send({ ...createReadCall(request), method: "GET", target });
      const { value, headers } = await readUpstreamAnswer(response, ({ data }) => Array.isArray(data));
      const records = Array.isArray(value["data"]) ? value["data"] : [];
      const types = new Set(
        records.flatMap((record) => (isJsonObject(record) ? (record["type"] ?? []) : [])),
      );
      const names = [...types].filter((type) => typeof type === "string").toSorted();
      return { status: 200, value: { data: names.map((type) => ({ type })) }, headers };
    },

    createRecord: async (request) => {
      const call = { ...createWriteCall(request), signal: AbortSignal.any([]) };
      const response = await upstream.send({
        ...call,
        method: "POST",
        target: "/v1/records",
        body: request.bodyText,
      });
      const { text, headers } = await readUpstreamAnswer(response, () => true);
      return { status: 201, body: text, headers };
    },
  };
}
