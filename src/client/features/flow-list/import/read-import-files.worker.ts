import { answerWorkerCalls } from "#client/data/worker-calls.ts";
import { type ImportFile, readImportFiles } from "./read-import-files.ts";

answerWorkerCalls((files: readonly ImportFile[], onProgress) => readImportFiles(files, onProgress));
