import { expect, it, vi } from "vitest";
import { ServerMetrics } from "./server-metrics.ts";

it("the processor time counts from the start of the process, not from the first request for metrics", async () => {
  const usage = vi.spyOn(process, "cpuUsage").mockReturnValue({ user: 3e6, system: 1e6 });
  const metrics = new ServerMetrics();
  expect(await metrics.render()).toContain("process_cpu_seconds_total 4\n");
  usage.mockReturnValue({ user: 5e6, system: 2e6 });
  const text = await metrics.render();
  expect(text).toContain("process_cpu_seconds_total 7\n");
  expect(text).toContain("process_cpu_user_seconds_total 5\n");
  expect(text).toContain("process_cpu_system_seconds_total 2\n");
  usage.mockRestore();
});

it("the metrics omit a gauge whose value takes more than two seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const metrics = new ServerMetrics();
  metrics.addGauge("frozen", "A value that never arrives.", () => new Promise(() => {}));
  metrics.addGauge("present", "A value that is there.", () => ({ "": 3 }));
  const rendered = metrics.render();
  await vi.advanceTimersByTimeAsync(2000);
  const text = await rendered;
  vi.useRealTimers();
  expect(text).toContain("flowline_present 3\n");
  expect(text).not.toMatch(/^flowline_frozen /m);
});
