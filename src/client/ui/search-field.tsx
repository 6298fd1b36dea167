import { Search, X } from "lucide-react";
import { type ComponentProps, useRef } from "react";
import { fieldBox } from "./field.tsx";
import { IconButton } from "./icon-button.tsx";
import { joinClasses } from "./join-classes.ts";

export type SearchFieldProps = Omit<
  ComponentProps<"input">,
  "type" | "size" | "value" | "onChange" | "ref"
> & {
  readonly label: string;
  readonly value: string;
  readonly onValueChange: (value: string) => void;
};

/** A searchbox; Escape or its button clears it and keeps the focus in it. */
export function SearchField({
  label,
  value,
  onValueChange,
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
        aria-label={label}
        value={value}
        onChange={(event) => onValueChange(event.target.value)}
        onKeyDown={(event) => {
          onKeyDown?.(event);
          if (event.key !== "Escape" || value === "") return;
          event.preventDefault();
          event.stopPropagation();
          clear();
        }}
        className={joinClasses(fieldBox, "h-8 pr-8 pl-8 pointer-coarse:h-10 pointer-coarse:pr-10")}
      />
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
