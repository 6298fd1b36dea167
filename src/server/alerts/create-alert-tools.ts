import type { FlowRunConfig } from "#server/config/run-config.ts";
import { createHttpClientForSteps } from "#server/runner/http/http-client.ts";
import { createMailer } from "#server/runner/mailer.ts";
import type { AlertSenderDependencies } from "./alert-sender.ts";

const NO_REPLY = "flowline@localhost";

/** Alerts are sent by the mail server of steps, and with their guard against private addresses. */
export function createAlertTools(
  { smtpUrl, recipientLimit, mailFrom, allowPrivateHttp }: FlowRunConfig,
  dashboardOrigin: () => string,
): AlertSenderDependencies {
  return {
    mailer: createMailer(smtpUrl, recipientLimit),
    http: createHttpClientForSteps(allowPrivateHttp),
    mailFrom: mailFrom ?? findMailUser(smtpUrl) ?? NO_REPLY,
    dashboardOrigin,
  };
}

/** The user of the mail server, if it is an address. */
function findMailUser(smtpUrl: string | undefined): string | undefined {
  const written = smtpUrl === undefined ? "" : new URL(smtpUrl).username;
  const user = new URLSearchParams(`u=${written.replaceAll("+", "%2B")}`).get("u");
  return user?.includes("@") ? user : undefined;
}
