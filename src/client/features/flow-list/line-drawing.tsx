/** A short line with its stations, for states without rows: one to be begun, or one that leads nowhere. */
export function LineDrawing({ isBroken = false }: { readonly isBroken?: boolean }) {
  return (
    <svg width="152" height="40" viewBox="0 0 152 40" fill="none" strokeWidth="2">
      <path d="M8 20h36" className="stroke-line-strong" />
      {isBroken ? (
        <path d="M44 20h64" className="stroke-line-strong" strokeDasharray="2 6" strokeLinecap="round" />
      ) : (
        <path d="M44 20c12 0 12-12 24-12s12 12 24 12h16" className="stroke-line-strong" />
      )}
      {!isBroken && (
        <path d="M112 20h20" className="stroke-line-strong" strokeDasharray="2 6" strokeLinecap="round" />
      )}
      <circle cx="8" cy="20" r="6" className="fill-context" />
      <circle cx="44" cy="20" r="6" className="fill-ai" />
      {!isBroken && <circle cx="68" cy="22" r="5" className="stroke-control" />}
      <circle cx="108" cy="20" r="6" className={isBroken ? "stroke-line-strong" : "fill-replies"} />
      {!isBroken && (
        <g className="stroke-accent" strokeLinecap="round">
          <circle cx="140" cy="20" r="7" strokeDasharray="3 3.6" />
          <path d="M137 20h6M140 17v6" />
        </g>
      )}
    </svg>
  );
}
