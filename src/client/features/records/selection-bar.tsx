import { Download, Trash2, X } from "lucide-react";
import { Button } from "#client/ui/button.tsx";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { formatCount, formatNumber } from "#client/ui/format-count.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { findListFocus } from "./find-list-focus.ts";
import { SelectAllBox } from "./select-all-box.tsx";
import type { RecordCommands } from "./use-record-commands.ts";
import type { Selection } from "./use-selection.ts";

type SelectionBarProps = {
  readonly selection: Selection;
  readonly loaded: number;
  readonly commands: RecordCommands;
  readonly readOnlyReason: string | undefined;
};

/** What can be done with the chosen records. */
export function SelectionBar({ selection, loaded, commands, readOnlyReason }: SelectionBarProps) {
  const records = [...selection.records.values()];
  const clear = () => {
    selection.clear();
    wishFocus(findListFocus);
  };
  return (
    <section
      aria-label="Chosen records"
      className="-mx-3 mt-2 flex min-h-8 items-center gap-x-1 border-b border-line bg-accent-soft/60 px-3 text-sm sm:-mx-4 sm:px-4"
    >
      <SelectAllBox {...{ selection, loaded }} />
      <p className="mr-auto min-w-0 truncate tabular-nums sm:ml-2">
        <VisuallyHidden>{formatCount(records.length, "record")} selected</VisuallyHidden>
        <span aria-hidden="true">{formatNumber(records.length)} selected</span>
      </p>
      <Button
        size="sm"
        variant="ghost"
        icon={Download}
        {...tooltip("As JSON, which can be imported again")}
        onClick={() => commands.download(records)}
      >
        Export
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
      <IconButton label="Clear selection" icon={X} size="sm" onClick={clear} />
    </section>
  );
}
