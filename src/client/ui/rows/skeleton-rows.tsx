import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";

type SkeletonRowsProps = {
  readonly label: string;
  readonly rows?: number;
  /** Renders the label as an `h1`, for pages whose heading is not loaded yet. */
  readonly isPage?: boolean;
};

const nameWidths = ["w-40", "w-56", "w-32", "w-48", "w-36"];

export function SkeletonRows({ label, rows = 6, isPage = false }: SkeletonRowsProps) {
  return (
    <div aria-busy="true" className={isPage ? "pt-5" : undefined}>
      {isPage ? <h1 className="sr-only">{label}</h1> : <VisuallyHidden>{label}</VisuallyHidden>}
      <div aria-hidden="true" className="animate-veil-in">
        {Array.from({ length: rows }, (_, index) => (
          <div key={index} className="flex h-10 items-center gap-4 border-b border-line px-gutter">
            <span className={`h-2.5 rounded-sm bg-hover ${nameWidths[index % nameWidths.length]}`} />
            <span className="hidden h-2 flex-1 rounded-sm bg-hover sm:block sm:max-w-32" />
            <span className="ml-auto h-2 w-12 rounded-sm bg-hover" />
          </div>
        ))}
      </div>
    </div>
  );
}
