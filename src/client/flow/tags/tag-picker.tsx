import { scrollIntoNearest } from "#client/ui/focus/focus-on-mount.ts";
import { Check, Minus, Plus } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { findFlowTagFault, getFlowTagKey } from "#core/document/flow-tags.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { textBoxClasses } from "#client/ui/fields/field.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { TagChip } from "./tag-chips.tsx";

export interface PickableTag {
  readonly name: string;
  /** Number of flows with the tag; undefined if unknown. */
  readonly flows?: number | undefined;
  /** `mixed`: some of the edited flows have the tag. */
  readonly state: "on" | "off" | "mixed";
}

type TagPickerProps = {
  readonly label: string;
  readonly placeholder: string;
  readonly tags: readonly PickableTag[];
  readonly onToggle: (tag: PickableTag) => void;
  /** Adds a tag that does not exist yet. If absent, only existing tags can be chosen. */
  readonly onCreate?: (name: string) => void;
  /** Called on Backspace in the empty field. */
  readonly onRemoveLast?: () => void;
  /** Receives each change of the text, to search for tags that are not in `tags`. */
  readonly onSearch?: (text: string) => void;
  readonly emptyText: string;
};

const MAX_SHOWN = 100;

/** A field with the list of tags below it: typing filters, the arrow keys move, Enter toggles or creates. */
export function TagPicker({
  label,
  placeholder,
  tags,
  onToggle,
  onCreate,
  onRemoveLast,
  onSearch,
  emptyText,
}: TagPickerProps) {
  const base = useId();
  const [query, setQuery] = useState("");
  const [highlightedId, setHighlightedId] = useState<string>();
  const search = (text: string) => {
    setHighlightedId(undefined);
    setQuery(text);
    onSearch?.(text);
  };

  const key = getFlowTagKey(query);
  const fault = query.trim() === "" ? undefined : findFlowTagFault(query);
  const startsFirst = (tag: PickableTag) => (getFlowTagKey(tag.name).startsWith(key) ? 0 : 1);
  const matches = tags
    .filter(({ name }) => getFlowTagKey(name).includes(key))
    .toSorted((a, b) => startsFirst(a) - startsFirst(b));
  const exact = tags.find(({ name }) => getFlowTagKey(name) === key);
  const options: readonly Option[] = [
    ...[...matches.filter((tag) => tag === exact), ...matches.filter((tag) => tag !== exact)]
      .slice(0, MAX_SHOWN)
      .map((tag) => ({
        id: getFlowTagKey(tag.name),
        tag,
        pick: () => {
          onToggle(tag);
          search("");
          setHighlightedId(getFlowTagKey(tag.name));
        },
      })),
    ...(onCreate && key !== "" && !fault && !exact ? [createOption(query.trim(), onCreate, search)] : []),
  ];
  const highlighted = options.find(({ id }) => id === highlightedId) ?? (key === "" ? undefined : options[0]);
  const elementId = ({ id }: Option) => `${base} ${id}`.replaceAll(/\s/g, "_");

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const index = highlighted ? options.indexOf(highlighted) : -1;
    if (event.key === "ArrowDown") setHighlightedId(options[(index + 1) % options.length]?.id);
    else if (event.key === "ArrowUp") setHighlightedId(options.at(Math.max(index, 0) - 1)?.id);
    else if (event.key === "Enter" && highlighted) highlighted.pick();
    else if (event.key === "Backspace" && query === "" && onRemoveLast) onRemoveLast();
    else return;
    event.preventDefault();
  };

  return (
    <div className="flex min-h-0 flex-col gap-2">
      <input
        data-autofocus=""
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls={`${base}-list`}
        aria-activedescendant={highlighted && elementId(highlighted)}
        aria-invalid={fault ? true : undefined}
        aria-describedby={`${base}-status`}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        value={query}
        onChange={(event) => search(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder={placeholder}
        className={joinClasses(textBoxClasses, "h-9 shrink-0 pointer-coarse:h-10")}
      />
      <div
        id={`${base}-list`}
        role="listbox"
        aria-label={label}
        aria-multiselectable="true"
        className="min-h-0 overflow-y-auto"
      >
        {options.map((option) => (
          <button
            key={option.id}
            ref={option === highlighted ? scrollIntoNearest : undefined}
            type="button"
            id={elementId(option)}
            role="option"
            tabIndex={-1}
            aria-selected={option.tag?.state === "on"}
            data-highlighted={option === highlighted || undefined}
            onPointerMove={() => setHighlightedId(option.id)}
            // Keeps the focus in the field.
            onMouseDown={(event) => event.preventDefault()}
            onClick={option.pick}
            className="flex min-h-8 w-full cursor-default items-center gap-2 rounded-md px-2 py-1 text-left text-sm data-highlighted:bg-hover pointer-coarse:min-h-11"
          >
            <OptionContent option={option} query={query} />
          </button>
        ))}
      </div>
      <p id={`${base}-status`} role="status" className={fault ? "text-sm text-danger" : "text-sm text-muted"}>
        {fault?.message ??
          describeOptions(options.length, matches.length, key === "" ? emptyText : undefined)}
      </p>
    </div>
  );
}

interface Option {
  readonly id: string;
  /** Undefined for the option that creates a tag. */
  readonly tag: PickableTag | undefined;
  readonly pick: () => void;
}

function createOption(
  name: string,
  onCreate: (name: string) => void,
  search: (text: string) => void,
): Option {
  return {
    id: "\u0000new",
    tag: undefined,
    pick: () => {
      onCreate(name);
      search("");
    },
  };
}

function describeOptions(shown: number, matches: number, emptyText: string | undefined): string {
  if (shown === 0) return emptyText ?? "No matching tags.";
  return matches > MAX_SHOWN ? `${formatCount(matches - MAX_SHOWN, "more tag")}. Type to find them.` : "";
}

function OptionContent({ option: { tag }, query }: { readonly option: Option; readonly query: string }) {
  if (!tag) {
    return (
      <>
        <Plus className="size-4 shrink-0 text-muted" />
        <span className="min-w-0 truncate">Create {quoteName(query.trim())}</span>
      </>
    );
  }
  const Mark = tag.state === "mixed" ? Minus : Check;
  return (
    <>
      <Mark className={joinClasses("size-4 shrink-0 text-accent", tag.state === "off" && "invisible")} />
      <TagChip name={tag.name} />
      {tag.state === "mixed" && <VisuallyHidden>, on some of the flows</VisuallyHidden>}
      {tag.flows !== undefined && (
        <span className="ml-auto shrink-0 text-xs text-muted tabular-nums">
          {formatNumber(tag.flows)}
          <VisuallyHidden> {tag.flows === 1 ? "flow" : "flows"}</VisuallyHidden>
        </span>
      )}
    </>
  );
}
