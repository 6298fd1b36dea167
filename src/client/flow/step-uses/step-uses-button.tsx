import { Waypoints } from "lucide-react";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { type ReactNode, useState } from "react";
import { quoteName } from "#core/text/quote-name.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import type { StepUseSubject } from "./step-uses-dialog.tsx";

const StepUsesDialog = createLazyDialog(async () => (await import("./step-uses-dialog.tsx")).StepUsesDialog);

type StepUsesButtonProps = StepUseSubject & {
  /** The text of the button, or a chip with the name. If undefined, the button shows an icon. */
  readonly children?: ReactNode;
  readonly className?: string;
};

/** Renders nothing if the server cannot list uses. */
export function StepUsesButton({ kind, name, children, className }: StepUsesButtonProps) {
  const isOffered = useOffersFeature("stepSearch");
  const [isOpen, setOpen] = useState(false);
  if (!isOffered) return null;
  const open = () => setOpen(true);
  const label = `Uses of ${quoteName(name)}`;
  return (
    <>
      {children === undefined ? (
        <IconButton label={label} icon={Waypoints} size="sm" onClick={open} className={className} />
      ) : (
        <Button size="sm" variant="ghost" onClick={open} className={className}>
          {children}
        </Button>
      )}
      {isOpen && <StepUsesDialog kind={kind} name={name} onClose={() => setOpen(false)} />}
    </>
  );
}
