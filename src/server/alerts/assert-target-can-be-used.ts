import type { AlertTarget } from "#contract/alerts.ts";
import { quoteValue } from "#core/text/quote-name.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import type { AlertSenderDependencies } from "./alert-sender.ts";

/** One plain address: no display name, list or line break. */
const MAIL_ADDRESS = /^[^\s@<>(),;:"\p{Cc}]+@[^\s@<>(),;:"\p{Cc}]+$/u;

/** Throws for a target to which this server could not send anything. */
export async function assertTargetCanBeUsed(
  { mailer, http }: Pick<AlertSenderDependencies, "mailer" | "http">,
  target: AlertTarget,
): Promise<void> {
  if (target.type === "mail") {
    const wrong = target.addresses.findIndex((address) => !MAIL_ADDRESS.test(address));
    if (wrong >= 0)
      refuse(
        `${quoteValue(target.addresses[wrong] ?? "")} is not an email address.`,
        `target.addresses.${wrong}`,
      );
    try {
      mailer.assertCanSend(target.addresses.length);
    } catch (error) {
      refuseStepFailure(error, "target.addresses");
    }
    return;
  }
  if (!URL.canParse(target.url)) refuse("Enter a URL that starts with https:// or http://.", "target.url");
  const { username, password } = new URL(target.url);
  if (username !== "" || password !== "")
    refuse("Remove the user and password: requests are signed instead.", "target.url");
  await http.check(target.url).catch((error: unknown) => refuseStepFailure(error, "target.url"));
}

function refuseStepFailure(error: unknown, path: string): never {
  if (error instanceof StepFailure) refuse(error.message, path);
  throw error;
}

function refuse(message: string, path: string): never {
  throw createInvalidRequestError(message, { message, path, code: "INVALID_VALUE" });
}
