import { useMutation } from "@tanstack/react-query";
import type { Alert } from "#contract/alerts.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { alertMutations } from "#client/data/mutations/alert-mutations.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { Switch } from "#client/ui/controls/switch.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { describeAlertRule, toAlertBody } from "./describe-alert.ts";

/** Pauses an alert, and lets it go on. */
export function AlertSwitch({ alert }: { readonly alert: Alert }) {
  const { mutate, isPending, variables } = useMutation(alertMutations.save());
  const isOn = isPending ? variables.body.isEnabled : alert.isEnabled;
  return (
    <Switch
      label={`Alert ${describeAlertRule(alert)}`}
      checked={isOn}
      disabledReason={useMissingScope("FLOWS:WRITE")}
      onCheckedChange={(isEnabled) => {
        if (isPending) return;
        mutate(
          { id: alert.id, body: { ...toAlertBody(alert), isEnabled } },
          {
            onError: (error) =>
              toasts.show({
                tone: "danger",
                text: `Couldn’t ${isEnabled ? "switch on" : "pause"} the alert. ${describeRequestErrorForUser(error)}`,
              }),
          },
        );
      }}
    />
  );
}
