/** A line on which nothing has run to its end, for lists of what ran that are empty. */
export function RunDrawing() {
  return (
    <svg width="96" height="32" viewBox="0 0 96 32" fill="none" stroke="currentColor" strokeWidth="2">
      <path d="M12 16h20M42 16h14M66 16h16" />
      <circle cx="8" cy="16" r="4" fill="currentColor" />
      <circle cx="37" cy="16" r="5" fill="currentColor" />
      <circle cx="61" cy="16" r="5" />
      <circle cx="87" cy="16" r="4" strokeDasharray="2 3" />
    </svg>
  );
}
