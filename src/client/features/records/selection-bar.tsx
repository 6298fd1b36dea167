import { Download, Trash2, X } from "lucide-react";
import { Button } from "#client/ui/button.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import type { RecordCommands } from "./use-record-commands.ts";
import type { Selection } from "./use-selection.ts";

type SelectionBarProps = {
  readonly selection: Selection;
  readonly commands: RecordCommands;
  readonly readOnlyReason: string | undefined;
};

/** What can be done with the chosen records. */
export function SelectionBar({ selection, commands, readOnlyReason }: SelectionBarProps) {
  const records = [...selection.records.values()];
  return (
    <section
      aria-label="Chosen records"
      className="-mx-3 mt-2 flex min-h-8 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line bg-accent-soft/60 px-3 py-0.5 text-sm sm:-mx-4 sm:px-4"
    >
      <p role="status" className="mr-auto tabular-nums">
        {formatCount(records.length, "record")} selected
      </p>
      <Button size="sm" variant="ghost" icon={Download} onClick={() => commands.download(records)}>
        Export JSON
      </Button>
      <Button
        size="sm"
        variant="ghost"
        icon={Trash2}
        disabledReason={readOnlyReason}
        onClick={() => commands.remove(records)}
      >
        Delete
      </Button>
      <IconButton label="Clear selection" icon={X} size="sm" onClick={selection.clear} />
    </section>
  );
}
