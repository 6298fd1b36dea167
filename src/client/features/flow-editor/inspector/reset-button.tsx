import { RotateCcw } from "lucide-react";
import { IconButton } from "#client/ui/icon-button.tsx";

/** Leaves a switch to the platform again: its key goes. The button goes with it, so the focus goes to the switch. */
export function ResetButton({ label, onReset }: { readonly label: string; readonly onReset: () => void }) {
  return (
    <IconButton
      label={`Reset ${label}`}
      icon={RotateCcw}
      size="sm"
      onClick={(event) => {
        event.currentTarget.parentElement?.querySelector<HTMLElement>("[role=switch]")?.focus();
        onReset();
      }}
    />
  );
}
