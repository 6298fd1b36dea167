import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { waitAtMost } from "#server/domain/wait-at-most.ts";

const PREFIX = "flowline_";
/** Shorter than a scrape may take, 10 s by default: during an outage, the other metrics are needed most. */
const GAUGE_MS = 2000;
const REQUEST_BUCKETS_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60];
const STEP_BUCKETS_SECONDS = [0.01, 0.1, 0.5, 2, 10, 60, 600];

const SECURITY_EVENTS = [
  "sign-in",
  "sign-in-failed",
  "sign-out",
  "refused",
  "publish",
  "delete",
  "bulk-write",
  "export",
] as const;

export type SecurityEvent = (typeof SECURITY_EVENTS)[number];

export type MalformedJobResult = "newer" | "cancelled" | "run";

type GaugeValues = Readonly<Record<string, number>>;

/** Requests, runs and steps are counted as they happen; other values are read on request. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #requests = this.#addCounter("http_requests_total", "Requests by method, route and status.", [
    "method",
    "route",
    "status",
  ]);
  readonly #requestDurations = this.#addHistogram(
    "http_request_duration_seconds",
    "Time until a response started, by method and route.",
    ["method", "route"],
    REQUEST_BUCKETS_SECONDS,
  );
  readonly #runs = this.#addCounter("runs_total", "Ended runs of flows, by status.", ["status"]);
  readonly #steps = this.#addHistogram(
    "step_duration_seconds",
    "Time of steps that ran, by type and status.",
    ["type", "status"],
    STEP_BUCKETS_SECONDS,
  );
  readonly #cachedReads = this.#addCounter(
    "cached_reads_total",
    "Reads of endpoints whose answers are held in memory, by whether a current answer was there.",
    ["result"],
  );
  readonly #securityEvents = this.#addCounter(
    "security_events_total",
    "Sign-ins, refusals, publishing, deletions, bulk writes and exports, by event.",
    ["event"],
  );
  readonly #malformedJobs = this.#addCounter(
    "malformed_jobs_total",
    "Jobs of records that this server could not read, by result: cancelled, left to newer servers, or run by their ids.",
    ["result"],
  );
  readonly #policyViolations = this.#addCounter(
    "policy_violations_total",
    "Reports of browsers about content that the policy of a page forbids.",
    [],
  );
  #hasProcessMetrics = false;

  constructor() {
    // Starts these counters at 0: without an earlier value, `increase()` of Prometheus misses the first event.
    for (const event of SECURITY_EVENTS) this.#securityEvents.inc({ event }, 0);
  }

  countRequest(
    method: string,
    route: string,
    { status, seconds }: { status: number; seconds: number },
  ): void {
    this.#requests.inc({ method, route, status });
    this.#requestDurations.observe({ method, route }, seconds);
  }

  countCachedRead(result: "hit" | "miss"): void {
    this.#cachedReads.inc({ result });
  }

  countSecurityEvent(event: SecurityEvent): void {
    this.#securityEvents.inc({ event });
  }

  countMalformedJob(result: MalformedJobResult): void {
    this.#malformedJobs.inc({ result });
  }

  countPolicyViolation(): void {
    this.#policyViolations.inc();
  }

  countRun(status: string): void {
    this.#runs.inc({ status });
  }

  countStep(type: string, status: string, seconds: number): void {
    this.#steps.observe({ type, status }, seconds);
  }

  /** Values by state; "" stands for none. If `read` rejects or takes too long, the gauge is omitted. */
  addGauge(name: string, help: string, read: () => GaugeValues | Promise<GaugeValues>): void {
    const gauge: Gauge = new Gauge({
      name: PREFIX + name,
      help,
      labelNames: ["state"],
      registers: [this.#registry],
      collect: async () => {
        const reading: Promise<GaugeValues> = Promise.resolve(read()).catch(() => ({}));
        const values: GaugeValues = (await waitAtMost(GAUGE_MS, reading)) ?? {};
        gauge.reset();
        for (const [state, value] of Object.entries(values))
          if (state === "") gauge.set(value);
          else gauge.set({ state }, value);
      },
    });
  }

  /** Returns the metrics in the text format of Prometheus. */
  render(): Promise<string> {
    // Adds the process metrics at the first request for metrics, because they start timers and observers.
    if (!this.#hasProcessMetrics) this.#addProcessMetrics();
    this.#hasProcessMetrics = true;
    return this.#registry.metrics();
  }

  /** Adds the processor time used so far: the counters of prom-client begin at 0 when they are made. */
  #addProcessMetrics(): void {
    const { user, system } = process.cpuUsage();
    collectDefaultMetrics({ register: this.#registry });
    const used = { user_: user, system_: system, "": user + system };
    for (const [kind, microseconds] of Object.entries(used)) {
      const counter = this.#registry.getSingleMetric(`process_cpu_${kind}seconds_total`);
      if (counter instanceof Counter) counter.inc(microseconds / 1e6);
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #addCounter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.#registry] });
  }

  #addHistogram(
    name: string,
    help: string,
    labelNames: readonly string[],
    buckets: readonly number[],
  ): Histogram {
    return new Histogram({
      name: PREFIX + name,
      help,
      labelNames,
      buckets: [...buckets],
      registers: [this.#registry],
    });
  }
}
