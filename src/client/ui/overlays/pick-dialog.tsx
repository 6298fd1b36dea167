import { scrollIntoNearest } from "#client/ui/focus/focus-on-mount.ts";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { Dialog, RunOnMount } from "#client/ui/overlays/dialog.tsx";
import { textBoxClasses } from "#client/ui/fields/field.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

export interface PickDialogItem {
  readonly id: string;
  readonly content: ReactNode;
  /** Whether the item is skipped by the arrow keys. */
  readonly disabled?: boolean;
  /** Like `disabled`, but the item can be highlighted, so that screen readers read its reason. */
  readonly isUnavailable?: boolean;
  readonly onPick: () => void;
}

export interface PickDialogGroup {
  readonly heading?: string;
  readonly items: readonly PickDialogItem[];
}

type PickDialogProps = {
  readonly title: string;
  /** `palette`: near the top of the page, with the search field in place of the title. */
  readonly variant?: "dialog" | "palette";
  readonly description?: string | undefined;
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQueryChange: (query: string) => void;
  readonly groups: readonly PickDialogGroup[];
  /** The item that is highlighted until the user highlights another one; by default, the first. */
  readonly preselectedId?: string | undefined;
  /** For example “No matching steps.” Rendered outside the listbox, which may contain only options. */
  readonly status: ReactNode;
  readonly onClose: () => void;
};

export function SearchablePickDialog({
  title,
  variant = "dialog",
  description,
  label,
  placeholder,
  query,
  groups,
  preselectedId,
  status,
  ...on
}: PickDialogProps) {
  const base = useId();
  const [wanted, setWanted] = useState<string>();
  const choices = groups.flatMap(({ items }) => items.filter(({ disabled }) => disabled !== true));
  const preselected = choices.find(({ id }) => id === preselectedId) ?? choices[0];
  const chosen = choices.find(({ id }) => id === wanted);
  const highlighted = chosen ?? preselected;
  const elementId = (item: PickDialogItem) => `${base} ${item.id}`.replaceAll(/\s/g, "_");
  const highlightedId = highlighted && elementId(highlighted);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || !highlighted) return;
    const index = choices.indexOf(highlighted);
    switch (event.key) {
      case "Enter":
        if (!highlighted.isUnavailable) highlighted.onPick();
        break;
      case "ArrowDown":
        setWanted(choices[(index + 1) % choices.length]?.id);
        break;
      case "ArrowUp":
        setWanted(choices.at(index - 1)?.id);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  const field = useRef<HTMLInputElement>(null);
  const isPalette = variant === "palette";
  const searchField = (
    <input
      ref={field}
      data-autofocus=""
      role="combobox"
      aria-label={label}
      aria-expanded="true"
      aria-autocomplete="list"
      aria-controls={`${base}-list`}
      aria-activedescendant={highlightedId}
      autoComplete="off"
      spellCheck={false}
      value={query}
      onChange={(event) => {
        setWanted(undefined);
        on.onQueryChange(event.target.value);
      }}
      onKeyDown={onKeyDown}
      placeholder={placeholder}
      className={joinClasses(textBoxClasses, "h-9")}
    />
  );
  return (
    <Dialog
      title={title}
      description={description}
      onClose={on.onClose}
      {...(isPalette && { variant: "top", heading: searchField })}
    >
      {/* The dialog focuses the field later, and keystrokes in between would be lost. */}
      <RunOnMount run={() => field.current?.focus()} />
      <div className="flex flex-col gap-3">
        {!isPalette && searchField}
        {/* The height is fixed: filtering the list must not move the dialog. */}
        <div className="flex h-[min(26rem,55dvh)] flex-col">
          <div id={`${base}-list`} role="listbox" aria-label={label} className="min-h-0 overflow-y-auto">
            {groups.map(({ heading, items }, index) => (
              <div
                key={heading ?? ""}
                role={heading === undefined ? "presentation" : "group"}
                aria-labelledby={heading === undefined ? undefined : `${base}-${index}`}
              >
                {heading !== undefined && (
                  <div
                    id={`${base}-${index}`}
                    role="presentation"
                    className="px-2 pt-3 pb-1 text-xs font-medium text-muted"
                  >
                    {heading}
                  </div>
                )}
                {items.map((item) => (
                  <button
                    key={item.id}
                    ref={item === highlighted ? (chosen ? scrollIntoNearest : centerInList) : undefined}
                    type="button"
                    id={elementId(item)}
                    role="option"
                    tabIndex={-1}
                    aria-selected={item === highlighted}
                    data-highlighted={item === highlighted || undefined}
                    aria-disabled={item.disabled ?? item.isUnavailable}
                    onPointerMove={() => setWanted(item.id)}
                    // Keeps the focus in the search field.
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={item.disabled || item.isUnavailable ? undefined : item.onPick}
                    className="flex min-h-9 w-full cursor-default items-center gap-3 rounded-md px-2 py-1 text-left aria-disabled:text-muted aria-selected:bg-accent-soft pointer-coarse:min-h-11"
                  >
                    {item.content}
                  </button>
                ))}
              </div>
            ))}
          </div>
          <div role="status" className="text-muted">
            {status}
          </div>
        </div>
      </div>
    </Dialog>
  );
}

/** Ref callback: shows the options on both sides of the preselected one. Scrolls the list only, not the dialog. */
function centerInList(option: HTMLElement | null): void {
  const list = option?.closest("[role=listbox]");
  if (!option || !list) return;
  const [box, shown] = [option.getBoundingClientRect(), list.getBoundingClientRect()];
  list.scrollTop += box.top - shown.top - (shown.height - box.height) / 2;
}
