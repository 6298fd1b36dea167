import { joinClasses } from "#client/ui/join-classes.ts";

/** The product's sign: a line from one station to the next. */
export function ProductMark({ className = "size-6" }: { readonly className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" fill="none" className={joinClasses("text-accent", className)}>
      <path
        d="M6.5 4v2.5C6.5 11 17.5 10 17.5 14.5S6.5 17.5 6.5 21"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      />
      <circle cx="6.5" cy="5" r="3" fill="currentColor" />
      <circle cx="17.5" cy="14" r="2.75" className="fill-surface" stroke="currentColor" strokeWidth="2" />
    </svg>
  );
}
