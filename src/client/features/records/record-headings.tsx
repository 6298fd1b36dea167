import { tooltip } from "#client/ui/tooltip.ts";
import { columnTemplate } from "./record-fields.ts";
import { SelectAllBox } from "./select-all-box.tsx";
import type { Selection } from "./use-selection.ts";

type RecordHeadingsProps = {
  readonly fields: readonly string[];
  readonly selection: Selection;
  readonly loaded: number;
};

/** What the columns are, for the eye: to everyone else each row says it in its own words. */
export function RecordHeadings({ fields, selection, loaded }: RecordHeadingsProps) {
  return (
    <div
      className="-mx-3 mt-2 grid min-h-8 items-center gap-x-4 border-b border-line px-3 text-xs text-muted sm:-mx-4 sm:px-4"
      style={{ gridTemplateColumns: columnTemplate(fields) }}
    >
      <SelectAllBox {...{ selection, loaded }} />
      <span aria-hidden="true">Name</span>
      {fields.map((field) => (
        <span
          key={field}
          aria-hidden="true"
          dir="auto"
          {...tooltip(field, { whenTruncated: true })}
          className="w-fit max-w-full truncate"
        >
          {field}
        </span>
      ))}
      <span aria-hidden="true" className="text-right">
        Updated
      </span>
    </div>
  );
}
