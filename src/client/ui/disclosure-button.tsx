import { ChevronRight } from "lucide-react";
import { Button } from "./button.tsx";
import { joinClasses } from "./join-classes.ts";

type DisclosureButtonProps = {
  readonly label: string;
  readonly isOpen: boolean;
  /** The id of what it shows, which is on the page only while it is open. */
  readonly controls: string;
  readonly onToggle: () => void;
};

/** Shows and hides what stands below it; its name stays, and its state is said beside it. */
export function DisclosureButton({ label, isOpen, controls, onToggle }: DisclosureButtonProps) {
  return (
    <Button
      size="sm"
      variant="ghost"
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      onClick={onToggle}
    >
      <ChevronRight className={joinClasses("-ml-0.5 size-4 transition-transform", isOpen && "rotate-90")} />
      {label}
    </Button>
  );
}
