import { scrollIntoNearest } from "#client/ui/focus/focus-on-mount.ts";
import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useCallback, useId, useMemo, useRef, useState } from "react";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import {
  FormField,
  type FormFieldMessageProps,
  fieldHeightClasses,
  splitFieldProps,
  textBoxClasses,
} from "./field.tsx";
import { type Suggestion, filterSuggestions } from "./filter-suggestions.ts";

export type SuggestionFieldProps = FormFieldMessageProps & {
  readonly value: string;
  readonly onValueChange: (value: string) => void;
  /** Called when a suggestion is chosen, after `onValueChange`. */
  readonly onChoose?: () => void;
  readonly onBlur?: () => void;
  readonly suggestions: readonly Suggestion[];
  /** Singular noun for a suggestion, for example “model”. */
  readonly noun: string;
  /** Shown below the suggestions, such as a failure to load them. */
  readonly status?: ReactNode;
  readonly placeholder?: string | undefined;
  readonly className?: string;
  readonly isFocusedFirst?: boolean;
};

/** Maximum number of rendered options. The user finds the others by typing. */
const MAX_SHOWN = 100;
/** Maximum number of characters shown of an option: screen readers would read a longer id to its end. */
const MAX_TEXT = 160;

/** A text field with suggestions: a combobox that accepts any text. Arrow keys move, Enter chooses, Escape closes. */
export function SuggestionField(props: SuggestionFieldProps) {
  const { value, onValueChange, onBlur, noun, status, placeholder, className } = props;
  const [field] = splitFieldProps(props);
  const { label } = field;
  const base = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useSuggestionList(props);
  const { isOpen, matches, shown, activeIndex, open, close } = list;
  const optionId = (index: number) => `${base}-${index}`;

  return (
    <FormField {...field} className={className}>
      {(control) => (
        <span className="relative">
          <input
            ref={input}
            type="text"
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={isOpen}
            aria-controls={isOpen ? `${base}-list` : undefined}
            aria-activedescendant={isOpen && activeIndex >= 0 ? optionId(activeIndex) : undefined}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            dir="auto"
            data-autofocus={props.isFocusedFirst ? "" : undefined}
            placeholder={placeholder}
            {...control}
            value={value}
            onChange={(event) => {
              onValueChange(event.target.value);
              open(true);
            }}
            // An empty field shows what can be chosen.
            onClick={() => {
              if (value === "" && !isOpen && !control.readOnly) open(false);
            }}
            onKeyDown={control.readOnly ? undefined : list.onKeyDown}
            onBlur={() => {
              close();
              onBlur?.();
            }}
            className={joinClasses(textBoxClasses, fieldHeightClasses, "pr-9 pointer-coarse:pr-11")}
          />
          {!control.readOnly && (
            <button
              type="button"
              // Out of the tab order: the arrow keys open the list.
              tabIndex={-1}
              aria-label={`Show ${noun}s for ${label}`}
              aria-expanded={isOpen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                input.current?.focus();
                if (isOpen) close();
                else open(false);
              }}
              className="absolute inset-y-0 right-0 grid w-8 place-items-center rounded-r-md text-muted hover:text-ink pointer-coarse:w-10"
            >
              <ChevronDown className="size-4" />
            </button>
          )}
          {isOpen && (
            <SuggestionPopover onClose={close}>
              <div
                id={`${base}-list`}
                role="listbox"
                aria-label={`${label}: ${noun}s`}
                className="min-h-0 overflow-y-auto overscroll-contain empty:hidden"
              >
                {shown.map((suggestion, index) => (
                  <SuggestionOption
                    key={suggestion.value}
                    id={optionId(index)}
                    suggestion={suggestion}
                    isSelected={suggestion.value === value}
                    isActive={index === activeIndex}
                    onActivate={() => list.setActive(suggestion.value)}
                    onChoose={() => list.choose(suggestion)}
                  />
                ))}
              </div>
              {(status !== undefined || matches.length === 0 || matches.length > MAX_SHOWN) && (
                <p className="px-2 py-1.5 text-xs text-muted">
                  {matches.length > MAX_SHOWN
                    ? `${formatNumber(matches.length - MAX_SHOWN)} more. Type to find them.`
                    : (status ?? `No matching ${noun}s. Any text is accepted.`)}
                </p>
              )}
            </SuggestionPopover>
          )}
          <span role="status" className="sr-only">
            {isOpen &&
              (matches.length > 0 ? formatCount(matches.length, noun) : (status ?? `No matching ${noun}s.`))}
          </span>
        </span>
      )}
    </FormField>
  );
}

/** Its `onKeyDown` handles the keys of the field. */
function useSuggestionList({ value, onValueChange, onChoose, suggestions }: SuggestionFieldProps) {
  const [isOpen, setOpen] = useState(false);
  /** Whether the user has typed since the list was opened. Until then, the list shows all suggestions. */
  const [isFiltering, setFiltering] = useState(false);
  const [active, setActive] = useState<string>();
  const matches = useMemo(
    () => (isOpen ? filterSuggestions(suggestions, isFiltering ? value : "", value) : []),
    [isOpen, suggestions, isFiltering, value],
  );
  const shown = matches.slice(0, MAX_SHOWN);
  const activeIndex = shown.findIndex((suggestion) => suggestion.value === active);

  const open = (isTyping: boolean) => {
    setOpen(true);
    setFiltering(isTyping);
    setActive(isTyping || value === "" ? undefined : value);
  };
  const close = useCallback(() => {
    setOpen(false);
    setActive(undefined);
  }, []);
  const choose = (chosen: Suggestion) => {
    close();
    onValueChange(chosen.value);
    onChoose?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (!isOpen) {
      if (key !== "ArrowDown" && key !== "ArrowUp") return;
      open(false);
    } else if (key === "ArrowDown") setActive(shown[(activeIndex + 1) % shown.length]?.value);
    else if (key === "ArrowUp") setActive(shown.at(activeIndex < 0 ? -1 : activeIndex - 1)?.value);
    else if (key === "Enter" && shown[activeIndex]) choose(shown[activeIndex]);
    else {
      if (key === "Tab" || key === "Enter") close();
      return;
    }
    event.preventDefault();
    // Stops the event, so that the surrounding form does not handle Enter too.
    event.stopPropagation();
  };
  return { isOpen, matches, shown, activeIndex, setActive, open, close, choose, onKeyDown };
}

type SuggestionPopoverProps = { readonly onClose: () => void; readonly children: ReactNode };

function SuggestionPopover({ onClose, children }: SuggestionPopoverProps) {
  const showPopover = useCallback(
    (popover: HTMLElement | null) => (popover ? showBelowField(popover, onClose) : undefined),
    [onClose],
  );
  return (
    <div
      ref={showPopover}
      popover="manual"
      role="presentation"
      // Keeps the focus in the field.
      onMouseDown={(event) => event.preventDefault()}
      className="fixed inset-auto m-0 hidden max-h-80 animate-float-in flex-col rounded-lg bg-raised p-1 text-ink shadow-float forced-colors:border [&:popover-open]:flex"
    >
      {children}
    </div>
  );
}

type SuggestionOptionProps = {
  readonly id: string;
  readonly suggestion: Suggestion;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly onActivate: () => void;
  readonly onChoose: () => void;
};

function SuggestionOption({ id, suggestion, isSelected, isActive, ...on }: SuggestionOptionProps) {
  return (
    <button
      ref={isActive ? scrollIntoNearest : undefined}
      id={id}
      type="button"
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      data-highlighted={isActive || undefined}
      onPointerMove={on.onActivate}
      onClick={on.onChoose}
      className="flex min-h-8 w-full cursor-default flex-col justify-center rounded-md px-2 py-1 text-left text-sm aria-selected:font-medium data-highlighted:bg-hover pointer-coarse:min-h-11"
    >
      <span dir="auto" className="truncate">
        {suggestion.value.slice(0, MAX_TEXT)}
      </span>
      {suggestion.detail !== undefined && (
        <span className="line-clamp-2 text-xs font-normal text-muted">
          {suggestion.detail.slice(0, MAX_TEXT)}
        </span>
      )}
    </button>
  );
}

const GAP_PX = 4;
const MARGIN_PX = 8;

/** Shows the popover below its field, or above it where the window has no room below. Escape closes only the popover. */
function showBelowField(popover: HTMLElement, close: () => void): () => void {
  const field = popover.parentElement ?? popover;
  const place = () => {
    const fieldBox = field.getBoundingClientRect();
    const below = innerHeight - fieldBox.bottom - GAP_PX - MARGIN_PX;
    const above = fieldBox.top - GAP_PX - MARGIN_PX;
    const isAbove = below < Math.min(popover.scrollHeight, 200) && above > below;
    const width = Math.min(Math.max(fieldBox.width, 240), innerWidth - 2 * MARGIN_PX);
    // Set through the style object: a style attribute would need 'unsafe-inline' in the content security policy.
    Object.assign(popover.style, {
      width: `${width}px`,
      left: `${Math.max(MARGIN_PX, Math.min(fieldBox.left, innerWidth - width - MARGIN_PX))}px`,
      top: isAbove ? "auto" : `${fieldBox.bottom + GAP_PX}px`,
      bottom: isAbove ? `${innerHeight - fieldBox.top + GAP_PX}px` : "auto",
      maxHeight: `${Math.min(320, Math.max(isAbove ? above : below, 96))}px`,
    });
  };
  popover.showPopover();
  place();
  const observer = new ResizeObserver(place);
  observer.observe(popover);
  const listeners = new AbortController();
  addEventListener("scroll", place, { signal: listeners.signal, capture: true, passive: true });
  addEventListener("resize", place, { signal: listeners.signal });
  // In the capture phase, because a surrounding dialog would handle the key before the field.
  const onKeyDown = (event: globalThis.KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  addEventListener("keydown", onKeyDown, { signal: listeners.signal, capture: true });
  return () => {
    listeners.abort();
    observer.disconnect();
  };
}
