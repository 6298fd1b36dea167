import * as z from "zod/mini";
import { parseJson } from "#core/json/json.ts";

const failureGroup = z.object({
  /** Null if the run failed outside of a step. */
  stepId: z.nullable(z.string()),
  stepName: z.nullable(z.string()),
  message: z.nullable(z.string()),
  count: z.number(),
  lastAt: z.string(),
  /** The last run of the group. */
  runId: z.string(),
});

const failureGroups = z.object({
  groups: z.array(failureGroup),
  /** Number of failures beyond the groups. */
  others: z.number(),
});

export type FailureGroup = Readonly<z.infer<typeof failureGroup>>;

export interface FailureGroups {
  readonly groups: readonly FailureGroup[];
  readonly others: number;
}

const NO_FAILURES: FailureGroups = { groups: [], others: 0 };

/** What another version wrote in a form that this one does not know counts as no failures. */
export function parseFailureGroups(json: string): FailureGroups {
  const parsed = failureGroups.safeParse(parseJson(json));
  return parsed.success ? parsed.data : NO_FAILURES;
}

/**
 * Adds up groups of the same step and message. The first `limit` groups are kept, whatever their size: a group of an
 * hour must not lose its name to a later one.
 */
export function mergeFailureGroups(all: readonly FailureGroups[], limit: number): FailureGroups {
  const byKey = new Map<string, FailureGroup>();
  let others = 0;
  for (const { groups, others: more } of all) {
    others += more;
    for (const group of groups) {
      const key = JSON.stringify([group.stepId, group.message]);
      const known = byKey.get(key);
      if (known) byKey.set(key, addToGroup(known, group));
      else if (byKey.size < limit) byKey.set(key, group);
      else others += group.count;
    }
  }
  return { groups: [...byKey.values()], others };
}

function addToGroup(known: FailureGroup, added: FailureGroup): FailureGroup {
  const newest = added.lastAt >= known.lastAt ? added : known;
  return { ...newest, count: known.count + added.count };
}
