export const JOURNAL_DATABASE_NAME = "flowline-journal";

/**
 * Whether this browser has journals, found without the code that reads them. False where storage is unavailable. Creates
 * no database: an aborted upgrade leaves none.
 */
export async function hasStoredJournals(): Promise<boolean> {
  let database: IDBDatabase | undefined;
  try {
    const opening = indexedDB.open(JOURNAL_DATABASE_NAME);
    opening.addEventListener("upgradeneeded", () => opening.transaction?.abort());
    database = await resultOf(opening);
    return (await resultOf(database.transaction("journals").objectStore("journals").count())) > 0;
  } catch {
    return false;
  } finally {
    database?.close();
  }
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", (event) => {
      event.preventDefault();
      reject(request.error ?? new Error("IndexedDB failed."));
    });
  });
}
