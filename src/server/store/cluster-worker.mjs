import { workerData } from "node:worker_threads";
import { syncTree } from "./durable-filesystem.ts";
import { openPgliteInstance } from "./embedded-client.ts";

// Worker thread that creates a PostgreSQL cluster in the directory `workerData`, and ends when it is on the disk.

const place = String(workerData);
const { instance } = await openPgliteInstance(place);
await instance.close();
syncTree(place);
