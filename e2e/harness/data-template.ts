import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";

/** Names the data directory of a server that has started once, for those who start many. */
export const DATA_TEMPLATE = "FLOWLINE_DATA_TEMPLATE";

const STORE = "store";

/** Gives a data directory without a store that of the template, if there is one; otherwise the server makes its own. */
export async function fillFromTemplate(dataDirectory: string): Promise<void> {
  const template = process.env[DATA_TEMPLATE];
  if (template === undefined || existsSync(join(dataDirectory, STORE))) return;
  await cp(join(template, STORE), join(dataDirectory, STORE), { recursive: true });
}
