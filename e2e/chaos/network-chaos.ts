import { type Page, expect } from "@playwright/test";
import { waitUntilJournalOpened } from "#e2e/harness/browser-storage.ts";
import type { ApiClient, ServerClockAdvanceRequest, InjectedServerFault } from "#e2e/harness/api.ts";
import { pressRetryButtonUntilVisible } from "#e2e/harness/retry-for.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { RandomEditingUser } from "./chaos-editor.ts";
import { buildFlowForChaosRun } from "./chaos-flow.ts";
import { type ChaosScenarioEventLog, runChaosScenarioWithEventLog } from "./chaos-log.ts";
import { SaveStatusInvariantChecker } from "./invariant-checker.ts";

interface Place {
  readonly page: Page;
  readonly api: ApiClient;
}

const write = { method: "PUT", path: "/v1/flows/:id" };

const TROUBLES: readonly {
  readonly name: string;
  readonly faults: readonly (InjectedServerFault | ServerClockAdvanceRequest)[];
}[] = [
  { name: "a slow response", faults: [{ ...write, delayMs: 700, times: 1 }] },
  // Injects the fault several times, because the browser itself resends a request after a cut connection.
  { name: "a cut before the write", faults: [{ ...write, cut: "before", times: 4 }] },
  { name: "a cut after the write", faults: [{ ...write, cut: "after", times: 4 }] },
  { name: "half a response", faults: [{ ...write, cut: "mid", times: 1 }] },
  { name: "a failure", faults: [{ ...write, status: 500, times: 2 }] },
  {
    name: "a gateway's error page",
    faults: [
      {
        ...write,
        status: 502,
        body: "<html>Bad gateway</html>",
        headers: { "content-type": "text/html" },
        times: 1,
      },
    ],
  },
  { name: "an expired session", faults: [{ ...write, status: 401, times: 1 }] },
  {
    name: "too many requests",
    faults: [{ ...write, status: 429, headers: { "retry-after": "1" }, times: 1 }],
  },
  { name: "a clock moved back", faults: [{ clockMs: -7_200_000 }] },
  { name: "a clock that runs ahead", faults: [{ clockMs: 7_200_000 }] },
];

export function runNetworkFaultScenario(seed: number, place: Place) {
  return runChaosScenarioWithEventLog(seed, async (log) => {
    const chaos = await startChaos(seed, place, log);
    const dice = new SeededRandom(seed + 1);
    for (const { name, faults } of shuffle(dice, TROUBLES)) {
      log.note(`now: ${name}`);
      await place.api.addFaults(...faults);
      await chaos.edit(2);
      await chaos.perform({ type: "save", by: "key" });
      await chaos.edit(dice.isBelow(0.5) ? 2 : 0);
      await expect(chaos.editor.status).not.toHaveText("Saving…", { timeout: 30_000 });
      const status = await chaos.checker.check();
      if (status.startsWith("Signed out"))
        await pressRetryButtonUntilVisible(
          place.page,
          chaos.editor.status.filter({ hasNotText: "Signed out" }),
        );
      // Accepts both states, because edits that were made during one save remain unsaved until the next save, which
      // follows.
      await expect(chaos.editor.status).toHaveText(/^(?:Saved|\d+ unsaved changes?)$/, { timeout: 60_000 });
      // Removes a fault that no request has triggered: if the edits cancelled each other out, nothing was
      // sent.
      await place.api.clearFaults();
      await chaos.save();
    }
    return { statuses: chaos.checker.statuses };
  });
}

const EDITS_OFFLINE = 20;

/**
 * Makes twenty edits and one save request between `leave`, which interrupts the connection to the server, and
 * `comeBack`, which restores it.
 */
export function runOfflineScenario(
  seed: number,
  place: Place,
  { leave, comeBack }: { readonly leave: () => Promise<unknown>; readonly comeBack: () => Promise<unknown> },
) {
  return runChaosScenarioWithEventLog(seed, async (log) => {
    const chaos = await startChaos(seed, place, log);
    await chaos.edit(3);
    await waitUntilJournalOpened(place.page);
    await leave();
    log.note("the connection is interrupted");
    await chaos.edit(EDITS_OFFLINE / 2);
    await chaos.perform({ type: "save", by: "key" });
    await chaos.edit(EDITS_OFFLINE / 2);
    await expect(chaos.editor.status).toHaveText("Offline — kept on this device", { timeout: 30_000 });
    await chaos.checker.check();
    await comeBack();
    log.note("the connection is restored");
    await chaos.untilSaved();
  });
}

async function startChaos(
  seed: number,
  { page, api }: Place,
  log: ChaosScenarioEventLog,
): Promise<RandomEditingUser> {
  const flow = await api.createFlow(buildFlowForChaosRun("Storm"));
  const checker = await SaveStatusInvariantChecker.of({ page, api, flowId: flow.id, log });
  const chaos = new RandomEditingUser(flow, { page, dice: new SeededRandom(seed), log, checker, name: "A" });
  await chaos.editor.open(`${api.url}/flows/${flow.id}`);
  return chaos;
}

function shuffle<Item>(dice: SeededRandom, items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => [dice.next(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}
