import { and, desc, eq, sql } from "drizzle-orm";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { flowsTable, stepResultsTable } from "./tables.ts";

export async function readPromptResults(
  reader: DatabaseReader,
  organizationId: string,
  recordId: string,
  page: { readonly limit: number; readonly offset: number },
) {
  return reader
    .select({
      id: stepResultsTable.id,
      promptId: stepResultsTable.stepId,
      promptName: stepResultsTable.stepName,
      flowId: stepResultsTable.flowId,
      flowName: flowsTable.name,
      status: stepResultsTable.status,
      output: stepResultsTable.output,
      createdAt: stepResultsTable.createdAt,
    })
    .from(stepResultsTable)
    .leftJoin(
      flowsTable,
      and(eq(flowsTable.organizationId, organizationId), eq(flowsTable.id, stepResultsTable.flowId)),
    )
    .where(isPromptResult(organizationId, recordId))
    .orderBy(desc(stepResultsTable.createdAt), desc(stepResultsTable.id))
    .limit(page.limit)
    .offset(page.offset);
}

export async function countPromptResults(
  reader: DatabaseReader,
  organizationId: string,
  recordId: string,
): Promise<number> {
  const [row] = await reader
    .select({ total: sql`count(*)`.mapWith(Number) })
    .from(stepResultsTable)
    .where(isPromptResult(organizationId, recordId));
  return row?.total ?? 0;
}

export async function deletePromptResult(
  tx: DatabaseTransaction,
  organizationId: string,
  recordId: string,
  id: string,
): Promise<boolean> {
  const deleted = await tx
    .delete(stepResultsTable)
    .where(and(isPromptResult(organizationId, recordId), eq(stepResultsTable.id, id)))
    .returning({ id: stepResultsTable.id });
  return deleted.length > 0;
}

function isPromptResult(organizationId: string, recordId: string) {
  return and(
    eq(stepResultsTable.organizationId, organizationId),
    eq(stepResultsTable.recordId, recordId),
    eq(stepResultsTable.stepType, "prompt"),
  );
}
