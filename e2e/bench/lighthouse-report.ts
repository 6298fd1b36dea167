import { computeMedian } from "./statistics.ts";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
/** Lighthouse's own limit: an audit passes from this score on. */
const PASSING_SCORE = 0.9;
/** Audits of these groups are measurements, which the score of their category already contains. */
const MEASUREMENT_GROUPS = new Set(["metrics", "hidden"]);

/** The part of Lighthouse's JSON report that is read here. Scores are from 0 to 1; null means not applicable. */
export interface LighthouseReport {
  readonly environment: { readonly benchmarkIndex: number };
  readonly runtimeError?: { readonly code: string; readonly message: string };
  readonly categories: Readonly<Record<string, LighthouseCategory>>;
  readonly audits: Readonly<Record<string, LighthouseAudit>>;
}

interface LighthouseCategory {
  readonly score: number | null;
  readonly auditRefs: readonly { readonly id: string; readonly group?: string }[];
}

interface LighthouseAudit {
  readonly score: number | null;
  readonly numericValue?: number;
}

export interface LighthouseSummary {
  /** Medians from 0 to 100 of performance, accessibility, best practices and SEO. */
  readonly scores: readonly number[];
  /** Medians; the paint and the blocking time are in milliseconds. */
  readonly largestContentfulPaint: number;
  readonly totalBlockingTime: number;
  readonly cumulativeLayoutShift: number;
  /** Lighthouse's own figure for the speed of the machine during the measurement; higher is faster. */
  readonly benchmarkIndex: number;
  /** Ids of the audits that failed in more than half of the reports. */
  readonly failedAudits: readonly string[];
}

/** Combines the reports of one page. Throws if Lighthouse could not measure the page or score a category. */
export function summarizeLighthouseReports(reports: readonly LighthouseReport[]): LighthouseSummary {
  for (const { runtimeError } of reports)
    if (runtimeError) throw new Error(`Lighthouse reported ${runtimeError.code}: ${runtimeError.message}`);
  const failures = reports.flatMap(listFailedAudits);
  const isUsual = (id: string) => failures.filter((failed) => failed === id).length > reports.length / 2;
  return {
    scores: CATEGORIES.map((category) => computeMedian(reports.map((report) => readScore(report, category)))),
    largestContentfulPaint: computeMedianOfAudit(reports, "largest-contentful-paint"),
    totalBlockingTime: computeMedianOfAudit(reports, "total-blocking-time"),
    cumulativeLayoutShift: computeMedianOfAudit(reports, "cumulative-layout-shift"),
    benchmarkIndex: computeMedian(reports.map(({ environment }) => environment.benchmarkIndex)),
    failedAudits: [...new Set(failures)].filter(isUsual),
  };
}

function readScore({ categories }: LighthouseReport, category: string): number {
  const score = categories[category]?.score ?? undefined;
  if (score === undefined) throw new Error(`Lighthouse gave no score for ${category}.`);
  return Math.round(score * 100);
}

function computeMedianOfAudit(reports: readonly LighthouseReport[], id: string): number {
  return computeMedian(reports.map(({ audits }) => audits[id]?.numericValue ?? Number.NaN));
}

function listFailedAudits({ categories, audits }: LighthouseReport): readonly string[] {
  const failed = CATEGORIES.flatMap((category) => categories[category]?.auditRefs ?? []).filter(
    ({ id, group = "" }) => !MEASUREMENT_GROUPS.has(group) && (audits[id]?.score ?? 1) < PASSING_SCORE,
  );
  return [...new Set(failed.map(({ id }) => id))];
}
