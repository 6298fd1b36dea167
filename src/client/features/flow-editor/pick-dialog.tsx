import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useState } from "react";
import { Dialog } from "#client/ui/dialog.tsx";
import { fieldBox } from "#client/ui/field.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";

export interface PickItem {
  /** Unlike that of every other item. */
  readonly id: string;
  readonly content: ReactNode;
  readonly disabled?: boolean;
  readonly onPick: () => void;
}

export interface PickGroup {
  readonly heading?: string;
  readonly items: readonly PickItem[];
}

type PickDialogProps = {
  readonly title: string;
  /** What is picked from, as in “Places”. */
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQueryChange: (query: string) => void;
  /** As narrowed by the query, the best first. */
  readonly groups: readonly PickGroup[];
  /** Said beside the list, whose children are choices and nothing else. */
  readonly status: ReactNode;
  readonly onClose: () => void;
};

/** A list to pick one thing from, narrowed by typing; Enter picks the highlighted one, which at first is the best. */
export function PickDialog({ title, label, placeholder, query, groups, status, ...on }: PickDialogProps) {
  const base = useId();
  const [wanted, setWanted] = useState<string>();
  const choices = groups.flatMap(({ items }) => items.filter(({ disabled }) => disabled !== true));
  const highlighted = choices.find(({ id }) => id === wanted) ?? choices[0];
  const elementId = (item: PickItem) => `${base} ${item.id}`.replaceAll(/\s/g, "_");
  const highlightedId = highlighted && elementId(highlighted);
  // Only the page knows where the list is scrolled to.
  useLayoutEffect(() => {
    if (highlightedId !== undefined)
      document.getElementById(highlightedId)?.scrollIntoView({ block: "nearest" });
  }, [highlightedId]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || !highlighted) return;
    const index = choices.indexOf(highlighted);
    switch (event.key) {
      case "Enter":
        highlighted.onPick();
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

  return (
    <Dialog title={title} onClose={on.onClose}>
      <div className="flex flex-col gap-3">
        <input
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
          className={joinClasses(fieldBox, "h-9")}
        />
        <div
          id={`${base}-list`}
          role="listbox"
          aria-label={label}
          className="max-h-[min(26rem,55dvh)] overflow-y-auto"
        >
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
                  type="button"
                  id={elementId(item)}
                  role="option"
                  tabIndex={-1}
                  aria-selected={item === highlighted}
                  aria-disabled={item.disabled}
                  onPointerMove={() => setWanted(item.id)}
                  // The focus stays where the typing is.
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={item.disabled ? undefined : item.onPick}
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
    </Dialog>
  );
}
