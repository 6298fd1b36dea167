import type { CustomFlowEventPayload } from "#contract/events.ts";
import type { RunSecretRedactor } from "./redactor.ts";

/**
 * Redacts the secrets of this run in an error before the error is logged: the server's logger knows only the server's
 * own secrets.
 */
export function redactError(error: Error, redactor: RunSecretRedactor): Error {
  const reported = error.cause instanceof Error ? error.cause : error;
  const { name, message, stack = "" } = reported;
  const code = "code" in reported && typeof reported.code === "string" ? { code: reported.code } : {};
  return Object.assign(new Error(redactor.text(message)), { name, stack: redactor.text(stack), ...code });
}

/** Redacts secrets in an event that a flow sends, because other users receive the event. */
export function redactFlowEvent(
  event: CustomFlowEventPayload,
  redactor: RunSecretRedactor,
): CustomFlowEventPayload {
  const { eventType, payload } = event;
  return {
    ...event,
    eventType: redactor.text(eventType),
    ...(payload !== undefined && { payload: redactor.value(payload) }),
  };
}
