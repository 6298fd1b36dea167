import { WALK_ACTIONS } from "#e2e/harness/real-api-actions.ts";
import { RealApiWalk } from "#e2e/harness/real-api-walk.ts";
import type { RealApiSwitches } from "#e2e/harness/real-api/switches.ts";
import { expect, test } from "#e2e/harness/test.ts";

/** Undocumented behavior of the real API, and temporary failures. */
const CONDITIONS: readonly (readonly [title: string, switches: Partial<RealApiSwitches>])[] = [
  ["steps without when", { stepsWithoutWhen: true }],
  ["orders from 1", { ordersFromOne: true }],
  ["defaults filled in", { defaultsFilledIn: true }],
  ["publish moves date", { publishMovesUpdatedAt: true }],
  ["microseconds", { microseconds: true }],
  ["pages of 10", { pagesOfTen: true }],
  ["slow", { slow: 300 }],
  ["402", { status402: "firstOfEachKind" }],
  ["403", { status403: "firstOfEachKind" }],
  ["409", { status409: "firstOfEachKind" }],
  ["429", { status429: "firstOfEachKind" }],
  ["HTML 502", { htmlBadGateway: "firstOfEachKind" }],
  ["stuck cursor", { stuckCursor: true }],
  ["next year", { nextYear: true }],
  ["clock off", { clockOffset: 3_600_000 }],
];

/**
 * All conditions together, with lower failure rates than alone: otherwise the user would retry all the time.
 */
const ALL: Partial<RealApiSwitches> = {
  ...Object.assign({}, ...CONDITIONS.map(([, switches]) => switches)),
  slow: 50,
  status402: 0.2,
  status403: 0.2,
  status409: 0.2,
  status429: 0.2,
  htmlBadGateway: 0.05,
};

const COLUMNS: typeof CONDITIONS = [["none", {}], ...CONDITIONS, ["all", ALL]];

for (const [title, switches] of COLUMNS) {
  test(
    `every action of a user succeeds on the stand-in for the real API, condition: ${title}`,
    { tag: title === "none" ? [] : ["@full"] },
    async ({ page, startCloudServer, problems }) => {
      // Allows for the waits: each refused write is retried as by a user, and a delete is sent after the undo
      // period.
      test.setTimeout(300_000);
      problems.allow(/status of (?:402|403|409|412|429|502)/);
      const walk = new RealApiWalk(page, await startCloudServer({ switches }));
      for (const { title: action, mostRequests, perform } of WALK_ACTIONS) {
        const before = walk.realApi.requests.length;
        await test.step(action, () => perform(walk));
        const sent = walk.realApi.requests.slice(before);
        const refused = sent.filter(({ status }) => status >= 400).length;
        expect(sent.length, `${action}: ${sent.map(({ kind }) => kind).join()}`).toBeLessThanOrEqual(
          mostRequests * (refused + 1),
        );
      }
    },
  );
}
