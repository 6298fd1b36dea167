import { Checkbox } from "#client/ui/controls/checkbox.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import type { RowSelection, SelectableRow } from "./row-selection.tsx";

type SelectAllCheckboxProps<Row extends SelectableRow> = {
  readonly noun: string;
  readonly selection: RowSelection<Row>;
  readonly loaded: readonly Row[];
};

export function SelectAllCheckbox<Row extends SelectableRow>(props: SelectAllCheckboxProps<Row>) {
  const { noun, selection, loaded } = props;
  const label = `Select all loaded ${noun}s`;
  const isAll = loaded.length > 0 && loaded.every(({ id }) => selection.rows.has(id));
  return (
    <Checkbox
      label={label}
      checked={isAll}
      isPartly={selection.rows.size > 0}
      onToggle={() => {
        if (isAll) selection.set([]);
        else selection.selectAll();
        // While rows are selected, the checkbox is in the selection bar, else in the table's header.
        requestFocusWhenRendered(
          () => document.querySelector<HTMLElement>(`[aria-label="${label}"]`) ?? focusableRowLink(),
        );
      }}
      className="-ml-1.5"
    />
  );
}

const focusableRowLink = () => document.querySelector<HTMLElement>("[data-active] [data-row-link]");
