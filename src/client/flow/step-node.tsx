import { joinClasses } from "#client/ui/join-classes.ts";
import { familyColours } from "./family-colours.ts";
import { StepIcon } from "./step-icon.tsx";

type StepNodeProps = {
  readonly type: string;
  readonly enabled: boolean;
  readonly size?: "sm" | "md" | "lg";
  readonly className?: string;
};

/**
 * The station of a step on its flow's line: filled in the family's soft colour, hollow with a dashed ring when the step
 * is off. Decorative; the row says name, type and whether it is on.
 */
export function StepNode({ type, enabled, size = "md", className }: StepNodeProps) {
  const colours = familyColours(type);
  return (
    <span
      aria-hidden="true"
      className={joinClasses(
        "grid shrink-0 place-items-center rounded-full border",
        boxes[size],
        enabled
          ? joinClasses(colours.soft, colours.ring, colours.text)
          : "border-dashed border-line-strong bg-surface text-faint",
        className,
      )}
    >
      <StepIcon type={type} className={drawings[size]} />
    </span>
  );
}

const boxes = { sm: "size-5", md: "size-7", lg: "size-9" } as const;
const drawings = { sm: "size-3", md: "size-4", lg: "size-4.5" } as const;
