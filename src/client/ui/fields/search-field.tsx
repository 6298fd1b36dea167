import { Search, X } from "lucide-react";
import { type ComponentProps, useRef } from "react";
import { textBoxClasses } from "./field.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { KeyboardKey } from "#client/ui/controls/inline-text.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

export type SearchFieldProps = Omit<
  ComponentProps<"input">,
  "type" | "size" | "value" | "onChange" | "ref"
> & {
  readonly label: string;
  readonly value: string;
  readonly onValueChange: (value: string) => void;
  /** Only shown and announced: the caller handles the key. */
  readonly shortcut?: string | undefined;
  /** Whether the rows are not the results of `value` yet; ArrowDown then waits for the results. */
  readonly isPending?: boolean;
};

export function SearchField({
  label,
  value,
  onValueChange,
  shortcut,
  isPending,
  className,
  onKeyDown,
  ...rest
}: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const clear = () => {
    onValueChange("");
    input.current?.focus();
  };
  return (
    <div className={joinClasses("relative h-fit min-w-0", className)}>
      <Search className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint" />
      <input
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        {...rest}
        ref={input}
        type="search"
        data-search-pending={isPending === true ? "" : undefined}
        aria-label={label}
        aria-keyshortcuts={shortcut}
        value={value}
        onChange={(event) => onValueChange(event.target.value)}
        onKeyDown={(event) => {
          onKeyDown?.(event);
          if (event.key !== "Escape" || value === "") return;
          event.preventDefault();
          event.stopPropagation();
          clear();
        }}
        className={joinClasses(textBoxClasses, "h-8 pr-8 pl-8 pointer-coarse:h-10 pointer-coarse:pr-10")}
      />
      {value === "" && shortcut !== undefined && (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 pointer-coarse:hidden"
        >
          <KeyboardKey shortcut={shortcut} />
        </span>
      )}
      {value !== "" && (
        <IconButton
          label="Clear search"
          icon={X}
          size="sm"
          onClick={clear}
          className="absolute top-1/2 right-0.5 -translate-y-1/2"
        />
      )}
    </div>
  );
}
