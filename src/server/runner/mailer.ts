import type { Transporter } from "nodemailer";
import { StepFailure, ensureFinalPeriod } from "#server/domain/step-failure.ts";

export interface Email {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly html: string | undefined;
  readonly text: string | undefined;
  /** Becomes the left part of the Message-ID, so that a mail server or a reader can recognize a repeat. */
  readonly idempotencyKey: string;
}

export interface SentEmail {
  readonly messageId: string;
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}

export interface Mailer {
  /** Throws a `StepFailure` without a mail server, or for too many recipients. */
  assertCanSend(recipients: number): void;
  send(email: Email, signal: AbortSignal): Promise<SentEmail>;
}

const MAX_HEADER_LENGTH = 1000;

/** `smtpUrl` starts with `smtp://` or `smtps://`. Opens one connection per email, so that an abort can close it. */
export function createMailer(smtpUrl: string | undefined, recipientLimit: number): Mailer {
  return {
    assertCanSend: (recipients) => {
      requireSmtpUrl(smtpUrl);
      refuseTooManyRecipients(recipients, recipientLimit);
    },
    send: async ({ idempotencyKey, ...email }, signal) => {
      const url = requireSmtpUrl(smtpUrl);
      const maxLengths = {
        to: recipientLimit * MAX_HEADER_LENGTH,
        from: MAX_HEADER_LENGTH,
        subject: MAX_HEADER_LENGTH,
      };
      for (const field of ["to", "from", "subject"] as const) {
        refuseControlCharacters(field, email[field]);
        refuseLongText(field, email[field], maxLengths[field]);
      }
      const { default: parseAddresses } = await import("nodemailer/lib/addressparser");
      refuseTooManyRecipients(parseAddresses(email.to, { flatten: true }).length, recipientLimit);
      const { createTransport } = await import("nodemailer");
      const transport: Transporter = createTransport(url);
      try {
        signal.throwIfAborted();
        const sent = (await transport.sendMail({
          ...email,
          messageId: `<${idempotencyKey}@${domainOf(parseAddresses(email.from, { flatten: true })[0]?.address)}>`,
          signal,
          disableFileAccess: true,
          disableUrlAccess: true,
        })) as { messageId: string; accepted: readonly unknown[]; rejected: readonly unknown[] };
        return {
          messageId: sent.messageId,
          accepted: sent.accepted.map(String),
          rejected: sent.rejected.map(String),
        };
      } catch (error) {
        signal.throwIfAborted();
        const message = error instanceof Error ? error.message : String(error);
        const outcome = hasAnswered(error) ? "rejected the email" : "could not be reached";
        throw new StepFailure(`The mail server ${outcome}: ${ensureFinalPeriod(message)}`);
      } finally {
        transport.close();
      }
    },
  };
}

/** nodemailer names the command that failed, and the response of the server if there was one. */
function hasAnswered(error: unknown): boolean {
  const { command, response } = error as { readonly command?: string; readonly response?: string };
  return command !== "CONN" || response !== undefined;
}

function requireSmtpUrl(smtpUrl: string | undefined): string {
  if (smtpUrl !== undefined) return smtpUrl;
  throw new StepFailure(
    "No mail server: set FLOWLINE_SMTP_URL, such as smtp://user:password@mail.example.com:587, and restart the server.",
  );
}

/** Fictitious if it is not plain ASCII, as a Message-ID requires. */
function domainOf(address = ""): string {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return /^[a-z\d-]+(?:\.[a-z\d-]+)*$/i.test(domain) ? domain : "flowline.invalid";
}

function refuseLongText(field: string, text: string, limit: number): void {
  if (text.length <= limit) return;
  throw new StepFailure(`“${field}” of the email exceeds ${limit} characters.`);
}

/** Prevents header injection: a line break would start another header. */
function refuseControlCharacters(field: string, text: string): void {
  if (!/[\p{Cc}\u2028\u2029]/u.test(text)) return;
  throw new StepFailure(
    `“${field}” of the email contains a line break or another control character. Remove it.`,
  );
}

function refuseTooManyRecipients(count: number, limit: number): void {
  if (count <= limit) return;
  throw new StepFailure(
    `The email has ${count} recipients; the limit is ${limit} (FLOWLINE_MAIL_RECIPIENT_LIMIT).`,
  );
}
