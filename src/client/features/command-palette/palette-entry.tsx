import type { ReactNode } from "react";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import type { SearchableEntry } from "./find-entries.ts";

export interface PaletteEntry extends SearchableEntry {
  readonly detail?: string | undefined;
  readonly draw: () => ReactNode;
  readonly shortcut?: string | undefined;
  readonly onPick: () => void;
}

export function EntryIcon({ icon: IconDrawing }: { readonly icon: IconComponent }) {
  return <IconDrawing className="size-4 text-muted" />;
}
