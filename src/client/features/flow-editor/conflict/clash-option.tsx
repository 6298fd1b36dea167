import type { ReactNode } from "react";
import { joinClasses } from "#client/ui/join-classes.ts";

type ClashOptionProps = {
  /** The choices that exclude each other. */
  readonly group: string;
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly children?: ReactNode;
};

/** One way to settle a clash, with what it comes to below its name. */
export function ClashOption({ group, label, isChosen, onChoose, children }: ClashOptionProps) {
  return (
    <div
      className={joinClasses(
        "min-w-0 rounded-md border",
        isChosen ? "border-accent outline-1 -outline-offset-1 outline-accent" : "border-line",
      )}
    >
      <label className="flex min-h-9 items-center gap-2 rounded-t-md px-3 text-sm font-medium hover:bg-hover pointer-coarse:min-h-11">
        <input
          type="radio"
          name={group}
          checked={isChosen}
          onChange={onChoose}
          // Once more what is chosen already: it may have to be confirmed.
          onClick={isChosen ? onChoose : undefined}
          // The first of them is where the dialog begins.
          data-autofocus=""
          className="size-4 shrink-0 accent-(--accent)"
        />
        {label}
      </label>
      {children && <div className="px-3 pb-3">{children}</div>}
    </div>
  );
}
