// Storage that is full, blocked or not there reads as empty and refuses to store; nothing here throws.

type StorageArea = "localStorage" | "sessionStorage";

export function readStoredText(key: string | undefined, area: StorageArea = "localStorage"): string | null {
  try {
    return key === undefined ? null : globalThis[area].getItem(key);
  } catch {
    return null;
  }
}

/** Stores the text, or removes the entry if the text is null. Returns false if the browser refuses. */
export function storeText(
  key: string | undefined,
  text: string | null,
  area: StorageArea = "localStorage",
): boolean {
  try {
    if (key === undefined) return false;
    if (text === null) globalThis[area].removeItem(key);
    else globalThis[area].setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

export function listStoredKeys(): readonly string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

/** Parses a stored text: null if nothing is stored, undefined if the text is not valid JSON. */
export function parseStoredJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}
