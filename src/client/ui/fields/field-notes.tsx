import { CircleX, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";

/** A message about a field's value that does not prevent the value from being accepted. */
export interface FieldNote {
  readonly id: string;
  readonly tone: "danger" | "warning" | "calm";
  readonly text: string;
  readonly action?: ReactNode;
}

type FieldNotesProps = {
  readonly notes: readonly FieldNote[] | undefined;
  readonly id: string;
};

export function FieldNotes({ notes, id }: FieldNotesProps) {
  return notes?.map(({ id: noteId, tone, text, action }, index) => {
    const Icon = icons[tone];
    return (
      <div key={noteId} className="flex flex-col gap-1 text-xs">
        <p id={noteElementId(id, index)} className={joinClasses("flex items-start gap-1", colors[tone])}>
          <Icon aria-hidden="true" className="mt-px size-3.5 shrink-0" />
          <span className="min-w-0 break-words">{text}</span>
        </p>
        {action && <div className="pl-4.5">{action}</div>}
      </div>
    );
  });
}

export function joinFieldNoteIds(notes: readonly FieldNote[] | undefined, id: string): string {
  return (notes ?? []).map((_, index) => noteElementId(id, index)).join(" ");
}

function noteElementId(id: string, index: number): string {
  return `${id}-note-${index}`;
}

const icons = { danger: CircleX, warning: TriangleAlert, calm: Info } as const;
const colors = { danger: "text-danger", warning: "text-warning", calm: "text-muted" } as const;
