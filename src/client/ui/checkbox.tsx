import { type MouseEvent, useEffect, useRef } from "react";
import { joinClasses } from "./join-classes.ts";

type CheckboxProps = {
  readonly label: string;
  readonly checked: boolean;
  /** Some of what it stands for is chosen, and some is not. */
  readonly isPartly?: boolean;
  readonly onToggle: (event: MouseEvent<HTMLInputElement>) => void;
  readonly tabIndex?: number;
  readonly className?: string;
};

/** The platform's own checkbox, in a target that fingers can hit. */
export function Checkbox({ label, checked, isPartly = false, onToggle, tabIndex, className }: CheckboxProps) {
  const box = useRef<HTMLInputElement>(null);
  // Only the element itself has this state.
  useEffect(() => {
    if (box.current) box.current.indeterminate = isPartly && !checked;
  }, [isPartly, checked]);
  return (
    <label
      className={joinClasses("grid size-7 shrink-0 place-items-center pointer-coarse:size-10", className)}
    >
      <input
        ref={box}
        type="checkbox"
        aria-label={label}
        checked={checked}
        tabIndex={tabIndex}
        // The press says whether Shift was held, which the change does not.
        onClick={onToggle}
        onChange={() => undefined}
        className="size-4 accent-accent"
      />
    </label>
  );
}
