import { and, desc, eq, sql } from "drizzle-orm";
import type { Reader, Transaction } from "./database.ts";
import { flows, stepResults } from "./schema.ts";

/** What prompts made of a record, newest first. */
export async function readPromptResults(
  reader: Reader,
  organizationId: string,
  recordId: string,
  page: { readonly limit: number; readonly offset: number },
) {
  return reader
    .select({
      id: stepResults.id,
      promptId: stepResults.stepId,
      promptName: stepResults.stepName,
      flowId: stepResults.flowId,
      flowName: flows.name,
      status: stepResults.status,
      output: stepResults.output,
      createdAt: stepResults.createdAt,
    })
    .from(stepResults)
    .leftJoin(flows, and(eq(flows.organizationId, organizationId), eq(flows.id, stepResults.flowId)))
    .where(isPromptResult(organizationId, recordId))
    .orderBy(desc(stepResults.createdAt), desc(stepResults.id))
    .limit(page.limit)
    .offset(page.offset);
}

export async function countPromptResults(
  reader: Reader,
  organizationId: string,
  recordId: string,
): Promise<number> {
  const [row] = await reader
    .select({ total: sql`count(*)`.mapWith(Number) })
    .from(stepResults)
    .where(isPromptResult(organizationId, recordId));
  return row?.total ?? 0;
}

/** False where there is none. */
export async function deletePromptResult(
  tx: Transaction,
  organizationId: string,
  recordId: string,
  id: string,
): Promise<boolean> {
  const deleted = await tx
    .delete(stepResults)
    .where(and(isPromptResult(organizationId, recordId), eq(stepResults.id, id)))
    .returning({ id: stepResults.id });
  return deleted.length > 0;
}

function isPromptResult(organizationId: string, recordId: string) {
  return and(
    eq(stepResults.organizationId, organizationId),
    eq(stepResults.recordId, recordId),
    eq(stepResults.stepType, "prompt"),
  );
}
