import type { AlertKind } from "#contract/alert-kinds.ts";
import type { AlertTarget } from "#contract/alerts.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import type { HttpClientForSteps } from "#server/runner/http/http-client.ts";
import type { Mailer } from "#server/runner/mailer.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import { type AlertContent, formatAlertTitle, listAlertSentences } from "./alert-content.ts";
import { createSignatureHeaders } from "./create-signature-headers.ts";

/** Time limit of an attempt; shorter than the time after which its job is given to another server. */
const ATTEMPT_MS = 15_000;

export interface AlertSenderDependencies {
  readonly mailer: Mailer;
  readonly http: HttpClientForSteps;
  readonly mailFrom: string;
  /** Address of the dashboard. A function, because the port may be known only once the server listens. */
  readonly dashboardOrigin: () => string;
}

export interface AlertToSend {
  /** Stays the same when the alert is sent again, so that the receiver can drop a repeat. */
  readonly id: string;
  readonly ruleId: string;
  readonly kind: AlertKind;
  readonly content: AlertContent;
  readonly createdAt: Date;
  readonly target: AlertTarget;
  readonly secret: string | null;
}

/** `error` is a sentence for the user; `isFinal`: another attempt would have the same outcome. */
export type AlertOutcome =
  | { readonly isSent: true; readonly note: string | null }
  | { readonly isSent: false; readonly error: string; readonly isFinal: boolean };

/** Sends an alert once, and never throws. An abort ends the attempt as failed. */
export async function sendAlert(
  tools: AlertSenderDependencies & { readonly logger: ServerLogger },
  alert: AlertToSend,
  stopping: AbortSignal,
): Promise<AlertOutcome> {
  const timeout = AbortSignal.timeout(ATTEMPT_MS);
  const signal = AbortSignal.any([stopping, timeout]);
  try {
    return alert.target.type === "mail"
      ? await sendMail(tools, alert, alert.target.addresses, signal)
      : await sendRequest(tools, alert, alert.target.url, signal);
  } catch (error) {
    if (timeout.aborted)
      return { isSent: false, error: `No answer within ${ATTEMPT_MS / 1000} seconds.`, isFinal: false };
    if (error instanceof StepFailure) return { isSent: false, error: error.message, isFinal: false };
    if (!stopping.aborted)
      tools.logger.error({ err: describeErrorForLog(error) }, "an alert could not be sent");
    return { isSent: false, error: "The server could not send this alert.", isFinal: false };
  }
}

async function sendMail(
  { mailer, mailFrom, dashboardOrigin }: AlertSenderDependencies,
  { id, kind, content }: AlertToSend,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<AlertOutcome> {
  const link = buildAlertLink(dashboardOrigin(), content);
  const lines = [
    ...listAlertSentences(kind, content),
    "",
    link,
    "",
    `Change this alert: ${dashboardOrigin()}/runs/alerts`,
  ];
  const { rejected } = await mailer.send(
    {
      from: mailFrom,
      to: addresses.join(", "),
      subject: formatAlertTitle(kind, content),
      html: undefined,
      text: `${lines.join("\n")}\n`,
      idempotencyKey: id,
    },
    signal,
  );
  return { isSent: true, note: rejected.length === 0 ? null : `Not accepted: ${rejected.join(", ")}.` };
}

async function sendRequest(
  { http, dashboardOrigin }: AlertSenderDependencies,
  { id, ruleId, kind, content, createdAt, secret }: AlertToSend,
  url: string,
  signal: AbortSignal,
): Promise<AlertOutcome> {
  const { run, flow, ...more } = content;
  const body = JSON.stringify({
    type: `alert.${kind}`,
    timestamp: createdAt.toISOString(),
    data: {
      alertId: ruleId,
      title: formatAlertTitle(kind, content),
      text: listAlertSentences(kind, content).join("\n"),
      url: buildAlertLink(dashboardOrigin(), content),
      flow,
      ...(run && { run }),
      ...more,
    },
  });
  const seconds = Math.floor(Date.now() / 1000);
  const headers = {
    "content-type": "application/json",
    "idempotency-key": id,
    ...(secret !== null && createSignatureHeaders(secret, { id, body, seconds })),
  };
  const request = { method: "POST", url, headers, body, needsOnlyStatus: true };
  const { status } = await http.send(request, signal, { take: async () => undefined });
  return describeStatus(status, new URL(url).host);
}

/** A client error is final, except for a timeout and a limit of requests. */
function describeStatus(status: number, host: string): AlertOutcome {
  if (status >= 200 && status < 300) return { isSent: true, note: null };
  if (status >= 300 && status < 400) {
    const error = `${host} redirects (${status}). Enter the address that it redirects to.`;
    return { isSent: false, error, isFinal: true };
  }
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return { isSent: false, error: `${host} answered with ${status}.`, isFinal };
}

function buildAlertLink(origin: string, { flow, run }: AlertContent): string {
  if (!flow) return `${origin}/runs`;
  const path = `/flows/${encodeURIComponent(flow.id)}/runs`;
  return run ? `${origin}${path}/${encodeURIComponent(run.id)}` : `${origin}${path}`;
}
