type ProgressBarProps = {
  readonly label: string;
  readonly text: string;
  readonly total: number;
  readonly done: number;
  /** Number of failed items; `done` includes them. */
  readonly failed: number;
  readonly className?: string;
};

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
