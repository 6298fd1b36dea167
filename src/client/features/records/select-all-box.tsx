import { Checkbox } from "#client/ui/checkbox.tsx";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { findListFocus } from "./find-list-focus.ts";
import type { Selection } from "./use-selection.ts";

const LABEL = "Select all loaded records";

type SelectAllBoxProps = { readonly selection: Selection; readonly loaded: number };

/** Chooses all rows that were read, or none. */
export function SelectAllBox({ selection, loaded }: SelectAllBoxProps) {
  const isAll = loaded > 0 && selection.records.size >= loaded;
  return (
    <Checkbox
      label={LABEL}
      checked={isAll}
      isPartly={selection.records.size > 0}
      onToggle={() => {
        if (isAll) selection.clear();
        else selection.selectAll();
        // The box of the headings and the one of the chosen records take turns.
        wishFocus(() => document.querySelector<HTMLElement>(`[aria-label="${LABEL}"]`) ?? findListFocus());
      }}
      className="-ml-1.5"
    />
  );
}
