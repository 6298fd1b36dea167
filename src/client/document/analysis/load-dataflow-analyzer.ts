import type { DataflowAnalyzer } from "./dataflow.ts";

/** With the readers of all texts, for documents that are not open in the editor. */
export async function loadDataflowAnalyzer(): Promise<DataflowAnalyzer> {
  const [{ dataflowAnalyzer }, { loadAllTextReaders }] = await Promise.all([
    import("./dataflow.ts"),
    import("./page-step-types.ts"),
  ]);
  await loadAllTextReaders();
  return dataflowAnalyzer;
}
