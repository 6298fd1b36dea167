import { CircleX, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { joinClasses } from "./join-classes.ts";

/** Something to know about what a field holds, which is taken all the same. */
export interface FieldNote {
  readonly id: string;
  readonly tone: "danger" | "warning" | "calm";
  readonly text: string;
  /** What can be done about it. */
  readonly action?: ReactNode;
}

type FieldNotesProps = {
  readonly notes: readonly FieldNote[] | undefined;
  /** Makes the ids of the sentences, for the control that they describe. */
  readonly id: string;
};

export function FieldNotes({ notes, id }: FieldNotesProps) {
  return notes?.map(({ id: noteId, tone, text, action }, index) => {
    const Drawing = drawings[tone];
    return (
      <div key={noteId} className="flex flex-col gap-1 text-xs">
        <p id={noteElementId(id, index)} className={joinClasses("flex items-start gap-1", colours[tone])}>
          <Drawing aria-hidden="true" className="mt-px size-3.5 shrink-0" />
          <span className="min-w-0 break-words">{text}</span>
        </p>
        {action && <div className="pl-4.5">{action}</div>}
      </div>
    );
  });
}

/** The ids of all sentences, as a description asks for them. */
export function noteIds(notes: readonly FieldNote[] | undefined, id: string): string {
  return (notes ?? []).map((_, index) => noteElementId(id, index)).join(" ");
}

function noteElementId(id: string, index: number): string {
  return `${id}-note-${index}`;
}

const drawings = { danger: CircleX, warning: TriangleAlert, calm: Info } as const;
const colours = { danger: "text-danger", warning: "text-warning", calm: "text-muted" } as const;
