import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

type RowButtonProps = {
  readonly name: string;
  readonly label?: string;
  readonly isActive: boolean;
  /** Whether the row is the one whose content the page currently shows, for example in a side panel. */
  readonly isSelected?: boolean;
  readonly onSelect: () => void;
  readonly className?: string;
};

/** The main button of a row. Its pseudo-element covers the row, so that a press anywhere on the row opens it. */
export function RowButton({ name, label, isActive, isSelected, onSelect, className }: RowButtonProps) {
  return (
    <button
      type="button"
      dir="auto"
      tabIndex={isActive ? 0 : -1}
      data-row-link=""
      aria-label={label}
      aria-current={isSelected || undefined}
      onClick={onSelect}
      {...getTooltipProps(name, { whenTruncated: true })}
      className={joinClasses(
        "min-w-0 truncate text-left outline-none after:absolute after:inset-0",
        className ?? "min-h-6 font-medium",
      )}
    >
      {name}
    </button>
  );
}
