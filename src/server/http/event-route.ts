import { EVENT_STREAM_HEADERS } from "#server/answer.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { AppContext } from "./app-context.ts";
import type { Route } from "./route.ts";

/** The stream of `/local/events`. */
export function eventRoute({ events }: Pick<AppContext, "events">): Route {
  return {
    endpoint: "streamEvents",
    answer: async ({ caller, query, headers, request }) => {
      if (!events) throw new ApiFailure(404, "This server sends no events.");
      // The framework asks for the whole answer to a HEAD, and reads none of it.
      if (request.req.raw.method === "HEAD") return { status: 200, headers: EVENT_STREAM_HEADERS };
      const stream = events.open({
        organizationId: caller.organizationId,
        // A browser that comes back by itself says what it heard since, and keeps the address that it began with.
        lastEventId: headers.lastEventId ?? query["lastEventId"],
        disconnect: () => request.env?.incoming?.socket.destroy(),
      });
      return { status: 200, stream, headers: EVENT_STREAM_HEADERS };
    },
  };
}
