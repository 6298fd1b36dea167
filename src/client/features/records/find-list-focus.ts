/** The row that the keyboard is on; without rows, what makes a new record. */
export function findListFocus(): HTMLElement | null {
  return (
    document.querySelector<HTMLElement>("[data-active] [data-row-link]") ??
    document.querySelector<HTMLElement>("[data-new-record]")
  );
}
