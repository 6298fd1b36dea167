import type { $ZodIssue } from "zod/v4/core";
import { UPSTREAM_HOST_HEADER } from "#contract/local.ts";
import { ApiError } from "./api-error.ts";

interface UnreadableAnswer {
  readonly response: Pick<Response, "status" | "headers" | "url">;
  readonly text: string;
  /** The parsed text; undefined if it is no JSON. */
  readonly value: unknown;
  readonly issues: readonly $ZodIssue[] | undefined;
  readonly isRead: boolean;
}

/** Creates the error for a success without the documented data. Names the host that sent it, and the cause. */
export function createUnreadableAnswerError(answer: UnreadableAnswer): ApiError {
  const { response, value, isRead } = answer;
  const { status, headers, url } = response;
  // A proxy in between may have redirected the request to another host.
  const host = headers.get(UPSTREAM_HOST_HEADER) ?? (url === "" ? "The server" : new URL(url).host);
  return new ApiError(status, `${host} ${describeCause(answer)}`, { body: value, isRead });
}

function describeCause({ text, value, issues }: UnreadableAnswer): string {
  if (value !== undefined) {
    const path = issues?.[0]?.path.join(".");
    return `sent data in an unknown format${path ? ` (${path})` : ""}.`;
  }
  const [first = ""] = text.trim();
  if (first === "") return "sent an empty answer.";
  if (first === "<") return "answered with a web page instead of data.";
  return "{[".includes(first) ? "sent an incomplete answer." : "answered with text instead of data.";
}
