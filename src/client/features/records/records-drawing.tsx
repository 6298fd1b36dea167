/** Records as they come down a line one after the other, for states without rows. */
export function RecordsDrawing({ isBroken = false }: { readonly isBroken?: boolean }) {
  return (
    <svg width="152" height="40" viewBox="0 0 152 40" fill="none" strokeWidth="2">
      <path d="M4 20h144" className="stroke-line-strong" strokeDasharray={isBroken ? "2 6" : undefined} />
      {[20, 60].map((x) => (
        <g key={x}>
          <rect
            x={x}
            y="8"
            width="28"
            height="24"
            rx="4"
            className={isBroken ? "fill-canvas stroke-line-strong" : "fill-records-soft stroke-records"}
          />
          <path
            d={`M${x + 7} 16h14M${x + 7} 23h8`}
            className={isBroken ? "stroke-line-strong" : "stroke-records"}
            strokeLinecap="round"
          />
        </g>
      ))}
      {isBroken ? (
        <circle cx="124" cy="20" r="6" className="fill-canvas stroke-line-strong" />
      ) : (
        <circle cx="124" cy="20" r="6" className="fill-ai" />
      )}
    </svg>
  );
}
