import type { Transporter } from "nodemailer";
import { StepFailure, asSentence } from "./step-failure.ts";

export interface Email {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly html: string | undefined;
  readonly text: string | undefined;
}

export interface SentEmail {
  readonly messageId: string;
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}

export interface Mailer {
  /** Throws a `StepFailure`, or the signal's reason. */
  send(email: Email, signal: AbortSignal): Promise<SentEmail>;
}

/** `smtpUrl` is `smtp://` or `smtps://`. Every email has a connection of its own, which an abort cuts. */
export function createMailer(smtpUrl: string | undefined): Mailer {
  return {
    send: async (email, signal) => {
      if (smtpUrl === undefined) {
        throw new StepFailure(
          "Emails need a mail server, and SMTP_URL is not set: set it, such as smtp://user:password@mail.example.com:587, and start the server again.",
        );
      }
      const { createTransport } = await import("nodemailer");
      const transport: Transporter = createTransport(smtpUrl);
      try {
        signal.throwIfAborted();
        const sent = (await transport.sendMail({
          ...email,
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
        const said = error instanceof Error ? error.message : String(error);
        throw new StepFailure(`The mail server did not take the email: ${asSentence(said)}`);
      } finally {
        transport.close();
      }
    },
  };
}
