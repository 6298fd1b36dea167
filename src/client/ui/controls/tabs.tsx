import { type KeyboardEvent, useId, useRef } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

export type TabsProps<Id extends string> = {
  readonly label: string;
  readonly tabs: readonly { readonly id: Id; readonly label: string }[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
  readonly blockedReason?: string | undefined;
};

export function Tabs<Id extends string>({ label, tabs, selected, onSelect, blockedReason }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  const reasonId = useId();

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (blockedReason !== undefined) return;
    const at = tabs.findIndex(({ id }) => id === selected);
    const next = (at + step + tabs.length) % tabs.length;
    const id = tabs[next]?.id;
    if (id !== undefined) onSelect(id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };

  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
    <div
      ref={list}
      role="tablist"
      aria-label={label}
      onKeyDown={onKeyDown}
      className="flex gap-4 border-b border-line"
    >
      {tabs.map(({ id, label: name }) => {
        const isSelected = id === selected;
        const reason = isSelected ? undefined : blockedReason;
        return (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={isSelected}
            aria-disabled={reason !== undefined || undefined}
            aria-describedby={reason === undefined ? undefined : reasonId}
            tabIndex={isSelected ? 0 : -1}
            onClick={() => onSelect(id)}
            {...(reason !== undefined && getTooltipProps(reason))}
            className={joinClasses(
              "focus-inset -mb-px h-8 border-b-2 px-0.5 text-sm font-medium transition-colors pointer-coarse:h-10",
              isSelected
                ? "border-accent text-ink"
                : "border-transparent text-muted not-aria-disabled:hover:text-ink aria-disabled:opacity-55",
            )}
          >
            {name}
          </button>
        );
      })}
      <span id={reasonId} hidden>
        {blockedReason}
      </span>
    </div>
  );
}
