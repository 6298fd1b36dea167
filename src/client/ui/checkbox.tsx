import { Check, Minus } from "lucide-react";
import { type ComponentProps, useEffect, useRef } from "react";
import { joinClasses } from "./join-classes.ts";

export type CheckboxProps = Omit<
  ComponentProps<"input">,
  "type" | "checked" | "onChange" | "ref" | "size"
> & {
  readonly label: string;
  /** Only for screen readers, as beside a row that is its own label. */
  readonly labelHidden?: boolean;
  readonly checked: boolean | "mixed";
  /** `range` is true with Shift held, to take in everything since the last one. */
  readonly onCheckedChange: (checked: boolean, range: boolean) => void;
};

export function Checkbox({
  label,
  labelHidden,
  checked,
  onCheckedChange,
  className,
  ...rest
}: CheckboxProps) {
  const input = useRef<HTMLInputElement>(null);

  // The mixed state has no attribute; the DOM property is the only way to it.
  useEffect(() => {
    if (input.current) input.current.indeterminate = checked === "mixed";
  }, [checked]);

  const Mark = checked === "mixed" ? Minus : Check;
  return (
    <label
      className={joinClasses(
        "inline-flex min-h-6 items-center gap-2 text-sm select-none pointer-coarse:min-h-10",
        labelHidden && "min-w-6 justify-center pointer-coarse:min-w-10",
        className,
      )}
    >
      <span className="relative grid size-4 shrink-0 place-items-center">
        <input
          {...rest}
          ref={input}
          type="checkbox"
          checked={checked === true}
          onChange={(event) => {
            const { nativeEvent } = event;
            onCheckedChange(event.target.checked, "shiftKey" in nativeEvent && nativeEvent.shiftKey === true);
          }}
          className={joinClasses(
            "absolute inset-0 appearance-none rounded-sm border transition-colors",
            checked ? "border-accent bg-accent" : "border-line-strong bg-surface hover:border-muted",
          )}
        />
        {checked && <Mark className="pointer-events-none relative size-3.5 stroke-3 text-accent-ink" />}
      </span>
      <span className={labelHidden ? "sr-only" : "min-w-0"}>{label}</span>
    </label>
  );
}
