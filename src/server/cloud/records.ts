import { isJsonObject } from "#core/json/json.ts";
import type { EndpointHandlers } from "#server/http/route.ts";
import { readUpstreamAnswer } from "./upstream-answer.ts";
import { createReadCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

/** Handles the page's requests for records that the connected API has no endpoint for. */
export function createCloudRecordRoutes(upstream: UpstreamClient): EndpointHandlers<"listRecordTypes"> {
  return {
    /** Lists the types of the 100 most recently changed records. */
    listRecordTypes: async (request) => {
      const target = "/v1/records?limit=100";
      const response = await upstream.send({ ...createReadCall(request), method: "GET", target });
      const { value } = await readUpstreamAnswer(response, ({ data }) => Array.isArray(data));
      const records = Array.isArray(value["data"]) ? value["data"] : [];
      const types = new Set(
        records.flatMap((record) => (isJsonObject(record) ? (record["type"] ?? []) : [])),
      );
      const names = [...types].filter((type) => typeof type === "string").toSorted();
      return { status: 200, value: { data: names.map((type) => ({ type })) } };
    },
  };
}
