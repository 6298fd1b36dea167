export const JOURNAL_DATABASE_NAME = "flowline-journal";

/**
 * Whether this browser has journals, found without the code that reads them. False where storage is unavailable. Creates
 * no database: an aborted upgrade leaves none.
 */
export function hasStoredJournals(): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(JOURNAL_DATABASE_NAME);
    opening.addEventListener("upgradeneeded", () => opening.transaction?.abort());
    opening.addEventListener("error", (event) => {
      event.preventDefault();
      resolve(false);
    });
    opening.addEventListener("success", () => {
      const database = opening.result;
      const counting = database.transaction("journals").objectStore("journals").count();
      const end = (isThere: boolean) => {
        database.close();
        resolve(isThere);
      };
      counting.addEventListener("success", () => end(counting.result > 0));
      counting.addEventListener("error", () => end(false));
    });
  });
}
