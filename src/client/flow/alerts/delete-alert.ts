import type { QueryClient } from "@tanstack/react-query";
import type { Alert } from "#contract/alerts.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { alertMutations } from "#client/data/mutations/alert-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { toAlertBody } from "./describe-alert.ts";

/** Deletes the alert at once; false if that failed. Undo restores it, as the server keeps it for a day. */
export async function deleteAlert(client: QueryClient, alert: Alert): Promise<boolean> {
  try {
    await runMutationOutsideComponent(client, alertMutations.remove(), alert.id);
    toasts.show({
      text: "Deleted the alert.",
      action: { label: "Undo", run: () => void restore(client, alert) },
    });
    return true;
  } catch (error) {
    toasts.show({ tone: "danger", text: `Couldn’t delete the alert. ${describeRequestErrorForUser(error)}` });
    return false;
  }
}

async function restore(client: QueryClient, alert: Alert): Promise<void> {
  try {
    const request = { id: alert.id, body: toAlertBody(alert) };
    await runMutationOutsideComponent(client, alertMutations.save(), request);
  } catch (error) {
    toasts.show({
      tone: "danger",
      text: `Couldn’t restore the alert. ${describeRequestErrorForUser(error)}`,
    });
  }
}
