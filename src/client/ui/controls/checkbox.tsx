import type { MouseEvent } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";

type CheckboxProps = {
  readonly label: string;
  readonly checked: boolean;
  readonly isPartly?: boolean;
  readonly onToggle: (event: MouseEvent<HTMLInputElement>) => void;
  readonly tabIndex?: number;
  readonly className?: string;
};

export function Checkbox({ label, checked, isPartly = false, onToggle, tabIndex, className }: CheckboxProps) {
  return (
    <label
      className={joinClasses("grid size-7 shrink-0 place-items-center pointer-coarse:size-10", className)}
    >
      <input
        ref={(box) => {
          if (box) box.indeterminate = isPartly && !checked;
        }}
        type="checkbox"
        aria-label={label}
        checked={checked}
        tabIndex={tabIndex}
        // Uses the click event, because the change event has no `shiftKey`.
        onClick={onToggle}
        onChange={() => undefined}
        className="size-4 accent-accent"
      />
    </label>
  );
}
