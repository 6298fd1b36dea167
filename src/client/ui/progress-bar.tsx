type ProgressBarProps = {
  readonly label: string;
  /** What the bar shows, in words. */
  readonly text: string;
  readonly total: number;
  readonly done: number;
  /** Of those that are done. */
  readonly failed: number;
  readonly className?: string;
};

/** How far something is, the part that failed at the end of what is done. Purely told by its props: nothing moves by itself. */
export function ProgressBar({ label, text, total, done, failed, className = "" }: ProgressBarProps) {
  const share = (count: number) => `${total === 0 ? 0 : (100 * count) / total}%`;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      aria-valuetext={text}
      className={`flex h-1.5 overflow-hidden rounded-full bg-hover forced-colors:border ${className}`}
    >
      <span className="bg-success forced-colors:bg-[Highlight]" style={{ width: share(done - failed) }} />
      <span className="bg-danger forced-colors:bg-[CanvasText]" style={{ width: share(failed) }} />
    </div>
  );
}
