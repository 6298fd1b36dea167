/** So long leaving waits for a save that nobody asked for, in milliseconds; then it asks. */
const PATIENCE_MS = 3000;

/** Whether nothing would be left behind: all is saved in time, and nothing was edited while that was waited for. */
export async function saveBeforeLeaving(
  save: () => Promise<boolean>,
  countEdits: () => number,
): Promise<boolean> {
  const patience = new Promise<boolean>((resolve) => {
    setTimeout(resolve, PATIENCE_MS, false);
  });
  return (await Promise.race([save(), patience])) && countEdits() === 0;
}
