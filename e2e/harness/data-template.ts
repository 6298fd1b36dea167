import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";

/** Environment variable with the path of an initialized store, which new servers of tests copy. */
export const STORE_TEMPLATE_PATH_ENV_VARIABLE_NAME = "FLOWLINE_DATA_TEMPLATE";

const STORE = "store";

/** Copies the template's store into a data directory. Without a template, the server creates a new store. */
export async function copyTemplateStoreToDataDirectory(dataDirectory: string): Promise<void> {
  const template = process.env[STORE_TEMPLATE_PATH_ENV_VARIABLE_NAME];
  if (template === undefined || existsSync(join(dataDirectory, STORE))) return;
  await cp(join(template, STORE), join(dataDirectory, STORE), { recursive: true });
}
