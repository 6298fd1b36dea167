import { expect, test, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { readFlow } from "./read-flow.ts";

let count = 0;

/** Serves a flow of a new id; `change` changes later answers. */
function serveFlow(fields: Partial<Flow> = {}) {
  count += 1;
  const at = "2026-01-01T00:00:00.000Z";
  const ids = { id: `flow_${count}`, userId: "user", organizationId: null };
  let held: Flow = { ...buildFlow("Digest", []), ...ids, createdAt: at, updatedAt: at, ...fields };
  vi.stubGlobal("fetch", async () => Response.json(held));
  return {
    id: held.id,
    change: (changed: Partial<Flow>) => {
      held = { ...held, ...changed };
    },
  };
}

const unread = { stepFields: { problem: "The API limits the number of requests.", differences: [] } };

test("a flow whose numbers the server could not keep is inexact", async () => {
  const { id, change } = serveFlow();
  expect((await readFlow(id)).isInexact).toBe(false);
  change({ hasInexactNumbers: true });
  expect((await readFlow(id)).isInexact).toBe(true);
});

test("a flow with unread fields of steps is returned, but not for a copy", async () => {
  const { id } = serveFlow(unread);
  expect((await readFlow(id)).flow.stepFields).toEqual(unread.stepFields);
  await expect(readFlow(id, { isStrict: true })).rejects.toMatchObject({ status: 428 });
});

test("a flow that was read whole is not returned without fields of its steps", async () => {
  const { id, change } = serveFlow();
  await readFlow(id);
  change(unread);
  await expect(readFlow(id)).rejects.toMatchObject({ status: 502, isRead: true });
});
