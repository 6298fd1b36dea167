/** A short line with its stations, for states without rows: one to be begun, or one that leads nowhere. */
export function LineDrawing({ isBroken = false }: { readonly isBroken?: boolean }) {
  const width = isBroken ? 116 : 152;
  return (
    <svg width={width} height="40" viewBox={`0 0 ${width} 40`} fill="none" strokeWidth="2">
      <path d="M8 24h36" className="stroke-line-strong" />
      {isBroken ? (
        <path d="M44 24h64" className="stroke-line-strong" strokeDasharray="2 6" strokeLinecap="round" />
      ) : (
        <path d="M44 24h18a14 14 0 0 1 28 0h18" className="stroke-line-strong" />
      )}
      {!isBroken && (
        <path d="M112 24h20" className="stroke-line-strong" strokeDasharray="2 6" strokeLinecap="round" />
      )}
      <circle cx="8" cy="24" r="6" className="fill-context" />
      <circle cx="44" cy="24" r="6" className="fill-ai" />
      {!isBroken && <circle cx="76" cy="24" r="6" className="stroke-control" />}
      <circle cx="108" cy="24" r="6" className={isBroken ? "stroke-line-strong" : "fill-replies"} />
      {!isBroken && (
        <g className="stroke-accent" strokeLinecap="round">
          <circle cx="140" cy="24" r="7" strokeDasharray="3 3.6" />
          <path d="M137 24h6M140 21v6" />
        </g>
      )}
    </svg>
  );
}
