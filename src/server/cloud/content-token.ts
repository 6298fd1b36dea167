import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { isJsonObject } from "#core/json/json.ts";

/** The fields that `PUT /v1/flows/:id` can change, and the date, which differs after a change was reversed. */
const COMPARED = ["id", "updatedAt", "name", "description", "sampleMetadata", "flowSteps"];

/** The connected API has none. `text`: the JSON that was read, if parsing changed a number in it. */
export function computeContentToken(flow: JsonObject, text?: string): string {
  const contents = COMPARED.map((field) => sortKeys(flow[field] ?? null));
  return createHash("sha256")
    .update(JSON.stringify([contents, text]))
    .digest("base64url")
    .slice(0, 24);
}

/** The order of keys has no meaning, and may differ between two responses. */
function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => sortKeys(item));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => [key, sortKeys(item)]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const PARTIAL = "partial-";

/** Marks the token of a flow of which not all fields of steps were read. */
export const markPartialToken = (token: string) => `${PARTIAL}${token}`;

export const isPartialToken = (ifMatch: string) => ifMatch.includes(PARTIAL);

/** Whether `If-Match` names this token. Accepts a list, weak tags, and the suffixes that compressing proxies add. */
export function matchesToken(ifMatch: string, token: string): boolean {
  return ifMatch.split(",").some((part) => {
    const tag = part
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1")
      .replace(/-(?:gzip|br)$/, "");
    return tag === "*" || tag === token;
  });
}
