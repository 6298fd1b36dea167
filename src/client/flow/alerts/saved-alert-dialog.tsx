import { Copy } from "lucide-react";
import type { SavedAlert } from "#contract/alerts.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { copyTextToClipboard } from "#client/ui/hooks/copy-text-to-clipboard.ts";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { AlertDeliveries } from "./alert-deliveries.tsx";
import { describeAlertRule, describeAlertTarget } from "./describe-alert.ts";

type SavedAlertDialogProps = {
  readonly alert: SavedAlert;
  readonly isNew: boolean;
  readonly onClose: () => void;
};

/** Shows the secret of an alert, the only time that it is known, and offers a test. */
export function SavedAlertDialog({ alert, isNew, onClose }: SavedAlertDialogProps) {
  const { secret } = alert;
  return (
    <Dialog
      title={isNew ? "Alert created" : "New signing secret"}
      description={`${describeAlertRule(alert)}, to ${describeAlertTarget(alert.target)}`}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="flex flex-col gap-5">
        {secret !== undefined && (
          <TextField
            label="Signing secret"
            readOnly
            value={secret}
            hint="Shown only now. Your receiver needs it to check signatures."
            className="[&_input]:font-mono"
            onFocus={({ target }) => target.select()}
            labelEnd={
              <Button size="sm" variant="ghost" icon={Copy} onClick={() => copySecret(secret)}>
                Copy secret
              </Button>
            }
          />
        )}
        <AlertDeliveries id={alert.id} disabledReason={undefined} onLeave={onClose} />
      </div>
    </Dialog>
  );
}

function copySecret(secret: string): void {
  if (copyTextToClipboard(secret)) toasts.show({ text: "Copied the secret." });
  else toasts.show({ tone: "danger", text: "Couldn’t copy. Select the secret and copy it." });
}
