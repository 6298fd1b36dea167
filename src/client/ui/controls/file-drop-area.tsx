import { type ClipboardEventHandler, type ReactNode, useState } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";

type FileDropAreaProps = {
  readonly onDrop: (data: DataTransfer) => void;
  readonly onPaste?: ClipboardEventHandler;
  /** Contains a button to choose files, because keyboard users cannot drop files. */
  readonly children: ReactNode;
};

export function FileDropArea({ onDrop, onPaste, children }: FileDropAreaProps) {
  const [isOver, setOver] = useState(false);
  return (
    // Needs no role: dropping and pasting are shortcuts for the button inside, which keyboard users press.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop(event.dataTransfer);
      }}
      onPaste={onPaste}
      data-reads-paste={onPaste && ""}
      className={joinClasses(
        "flex flex-col items-center gap-3 rounded-lg border border-dashed px-4 py-10 text-center",
        isOver ? "border-accent bg-accent-soft" : "border-line-strong",
      )}
    >
      {children}
    </div>
  );
}
