import { RotateCcw } from "lucide-react";
import { IconButton } from "#client/ui/icon-button.tsx";

/** Leaves a field to the platform again: its key goes. */
export function ResetButton({ label, onReset }: { readonly label: string; readonly onReset: () => void }) {
  return <IconButton label={`Reset ${label}`} icon={RotateCcw} size="sm" onClick={onReset} />;
}
