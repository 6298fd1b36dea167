import { Command } from "cmdk";
import type { ReactNode } from "react";
import { Dialog } from "#client/ui/dialog.tsx";

type PickDialogProps = {
  readonly title: string;
  /** What is picked from, as in “Places”. */
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQueryChange: (query: string) => void;
  /** The items are narrowed by whoever makes them. */
  readonly isFiltered?: boolean;
  /** True once a pick has sent the focus elsewhere: the dialog, which closes a moment later, must not call it back. */
  readonly isFocusLeft: () => boolean;
  /** Said beside the list, whose children are choices and nothing else. */
  readonly status: ReactNode;
  readonly children: ReactNode;
  readonly onClose: () => void;
};

/** A list to pick one thing from, narrowed by typing; Enter picks the highlighted one. */
export function PickDialog(props: PickDialogProps) {
  const { title, label, isFiltered = false, isFocusLeft, onClose } = props;
  return (
    <Dialog title={title} onClose={onClose} returnFocus={() => (isFocusLeft() ? activeElement() : null)}>
      <Command label={label} loop shouldFilter={!isFiltered} className="flex flex-col gap-3">
        <Command.Input
          data-autofocus=""
          value={props.query}
          onValueChange={props.onQueryChange}
          placeholder={props.placeholder}
          className="h-9 w-full rounded-md border border-line-strong bg-surface px-3 outline-offset-[-1px]"
        />
        <Command.List label={label} className="max-h-[min(26rem,55dvh)] overflow-y-auto">
          {props.children}
        </Command.List>
        <div role="status" className="text-muted">
          {props.status}
        </div>
      </Command>
    </Dialog>
  );
}

type PickItemProps = {
  /** Unlike that of every other item. */
  readonly value: string;
  /** Other words that find it. */
  readonly keywords?: string[];
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
};

export function PickItem(props: PickItemProps) {
  return (
    <Command.Item
      {...props}
      className="flex min-h-9 cursor-default items-center gap-3 rounded-md px-2 py-1 data-[disabled=true]:text-muted data-[selected=true]:bg-accent-soft pointer-coarse:min-h-11"
    />
  );
}

function activeElement(): HTMLElement | null {
  return document.activeElement instanceof HTMLElement ? document.activeElement : null;
}
