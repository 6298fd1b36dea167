type ColumnHeadingsProps = {
  /** The grid of the rows under them. */
  readonly columns: string;
  /** What the columns are, from the left. */
  readonly names: readonly string[];
  /** So many of the last ones hold what is aligned to the right: numbers and times. */
  readonly right: number;
};

/** What the columns are, for the eye: to everyone else each row says it in its own words. */
export function ColumnHeadings({ columns, names, right }: ColumnHeadingsProps) {
  return (
    <div
      aria-hidden="true"
      className="grid h-8 shrink-0 items-center gap-x-4 border-b border-line px-4 text-xs text-muted"
      style={{ gridTemplateColumns: columns }}
    >
      {names.map((name, index) => (
        <span key={name} className={index < names.length - right ? "" : "text-right"}>
          {name}
        </span>
      ))}
    </div>
  );
}
