import type { Endpoint } from "./endpoint.ts";
import { errorBody } from "./error-body.ts";
import { serverEvents, streamEventsQuery } from "./events.ts";
import { capabilities, sessionBody } from "./local.ts";

/** What the dashboard asks of its own server: extras of this project. */
export const localEndpoints = {
  getCapabilities: {
    method: "GET",
    path: "/local/capabilities",
    summary: "What this server offers",
    answers: { 200: capabilities },
  },
  streamEvents: {
    method: "GET",
    path: "/local/events",
    summary: "Hear of changes as they happen",
    scope: "FLOWS:READ",
    query: streamEventsQuery,
    answers: {},
    events: serverEvents,
    errors: { 404: errorBody, 503: errorBody },
  },
  createSession: {
    method: "POST",
    path: "/local/session",
    summary: "Sign a browser in with an API key",
    body: sessionBody,
    answers: { 204: null },
  },
  deleteSession: {
    method: "DELETE",
    path: "/local/session",
    summary: "Sign the browser out",
    answers: { 204: null },
  },
} as const satisfies Record<string, Endpoint>;
