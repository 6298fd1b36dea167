import { ChevronRight } from "lucide-react";
import { Button } from "./button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

type DisclosureButtonProps = {
  readonly label: string;
  readonly isOpen: boolean;
  readonly controls: string;
  readonly onToggle: () => void;
};

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
