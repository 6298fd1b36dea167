import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { expect, it } from "vitest";
import { JobQueues } from "#server/queues/job-queues.ts";
import { describeSuiteForServers } from "#server/testing/test-stores.ts";
import { AlertJobs } from "./alert-jobs.ts";

/** More than a server fetches at once, or else the others find all of them locked. */
const JOBS = 40;

describeSuiteForServers("alerts on several servers", 3, (stores) => {
  it("are sent by at most two attempts at the same target, though all servers look at the same time", async () => {
    const logger = pino({ level: "silent" });
    const servers = stores().map((store) => {
      const queues = new JobQueues({ store, logger, role: "all" });
      return { store, queues, jobs: new AlertJobs(store, queues) };
    });
    for (const { jobs } of servers) await jobs.open();
    for (let round = 0; round < 10; round += 1) {
      const [first] = servers;
      await first?.store.write(async (tx) => {
        for (let index = 0; index < JOBS; index += 1) {
          const data = { type: "deliver", organizationId: "org_local", deliveryId: randomUUID() } as const;
          await first.jobs.insert(tx, data, { targetKey: `${round}.example` });
        }
      });
      const taken = await Promise.all(servers.map(({ jobs }) => jobs.fetch(10)));
      expect(taken.flat()).toHaveLength(2);
    }
    for (const { queues } of servers) await queues.stop();
  });
});
