import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { queryOptions } from "@tanstack/react-query";
import type { FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { type JsonObject, isJsonObject, parseJson } from "#core/json/json.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";

/** `flow` is undefined if the stored text is damaged; such a template can only be deleted. */
export interface OwnTemplate {
  readonly id: string;
  readonly name: string;
  readonly flow: FlowTemplateBody | undefined;
}

interface StoredTemplate {
  readonly owner: string;
  readonly id: string;
  readonly name: string;
  /** The flow as JSON text, because a structured clone would lose an own property `__proto__`. */
  readonly text: string;
}

interface TemplateSchema extends DBSchema {
  templates: { key: [owner: string, id: string]; value: StoredTemplate };
}

const STORE = "templates";

let opening: Promise<IDBPDatabase<TemplateSchema>> | undefined;

function connect(): Promise<IDBPDatabase<TemplateSchema>> {
  const forget = () => {
    opening = undefined;
  };
  opening ??= openDB<TemplateSchema>("flowline-templates", 1, {
    upgrade: (database) => void database.createObjectStore(STORE, { keyPath: ["owner", "id"] }),
    // Closes the connection, because an upgrade or deletion of the database by another page waits for it.
    blocking: () => {
      void opening?.then((database) => database.close());
      forget();
    },
    terminated: forget,
  }).catch((error: unknown) => {
    forget();
    throw error;
  });
  return opening;
}

/** Each user has separate templates. Waits until the user is known. */
async function ownerNow(): Promise<string> {
  await pageUserIdentityTracker.known();
  return pageUserIdentityTracker.storageKey("templates") ?? "templates";
}

export const ownTemplateQueries = {
  /** Lists the templates of the user, newest first. Throws if the browser blocks its storage. */
  list: () =>
    queryOptions({
      queryKey: ["own templates"] as const,
      queryFn: async (): Promise<readonly OwnTemplate[]> => {
        const owner = await ownerNow();
        const database = await connect();
        const range = IDBKeyRange.bound([owner], [owner, []]);
        const stored = await database.getAll(STORE, range);
        return stored.toReversed().map(({ id, name, text }) => ({ id, name, flow: parseTemplateText(text) }));
      },
      retry: false,
      // Another tab may have changed the templates since.
      staleTime: 0,
      structuralSharing: false,
    }),
};

/** Stores a template and returns its id. Throws a `QuotaExceededError` if the browser's storage is full. */
export async function addOwnTemplate(flow: FlowTemplateBody): Promise<string> {
  const [owner, database] = [await ownerNow(), await connect()];
  const id = createSortableId("template");
  await database.add(STORE, { owner, id, name: flow.name, text: JSON.stringify(flow) });
  return id;
}

/** Changes the name and the description of a template. Returns false if it was deleted meanwhile, in another tab. */
export async function changeOwnTemplate(
  id: string,
  { name, description }: Pick<FlowTemplateBody, "name" | "description">,
): Promise<boolean> {
  const [owner, database] = [await ownerNow(), await connect()];
  const transaction = database.transaction(STORE, "readwrite");
  const stored = await transaction.store.get([owner, id]);
  const flow = stored && parseTemplateText(stored.text);
  // The spread keeps the steps of the stored version, which may be newer than the page's.
  if (stored && flow)
    await transaction.store.put({ ...stored, name, text: JSON.stringify({ ...flow, name, description }) });
  await transaction.done;
  return flow !== undefined;
}

export async function removeOwnTemplate(id: string): Promise<void> {
  const [owner, database] = [await ownerNow(), await connect()];
  await database.delete(STORE, [owner, id]);
}

/** Returns undefined for a text that is no flow. Does not validate steps, so that unknown types and fields stay. */
function parseTemplateText(text: string): FlowTemplateBody | undefined {
  const value = parseJson(text);
  if (!isJsonObject(value)) return undefined;
  const { name, description, flowSteps } = value;
  const isFlow = typeof name === "string" && Array.isArray(flowSteps) && flowSteps.every(isJsonObject);
  if (!isFlow) return undefined;
  const flow: JsonObject = { ...value, description: typeof description === "string" ? description : "" };
  return flow as unknown as FlowTemplateBody;
}

/** Explains why the browser did not store a template, and what to do. */
export function describeTemplateStorageError(error: unknown): string {
  const { name } = (error ?? {}) as { readonly name?: unknown };
  return name === "QuotaExceededError"
    ? "This browser’s storage is full. Delete a template, then retry."
    : "This browser blocks its storage. Allow site data for this page, then retry.";
}
