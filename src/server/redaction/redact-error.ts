import type { RunSecretRedactor } from "./run-secret-redactor.ts";

/** The server's logger knows only the server's own secrets. */
export function redactErrorForLog(error: Error, redactor: RunSecretRedactor): Error {
  const reported = error.cause instanceof Error ? error.cause : error;
  const { name, message, stack = "" } = reported;
  const code = "code" in reported && typeof reported.code === "string" ? { code: reported.code } : {};
  return Object.assign(new Error(redactor.text(message)), { name, stack: redactor.text(stack), ...code });
}
