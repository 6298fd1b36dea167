import { parseJson } from "#core/json/json.ts";
import * as z from "zod/mini";
import type { HonoApp } from "./http-app-dependencies.ts";
import type { AuthenticationDependencies } from "./identify-caller.ts";
import { createBadRequestError } from "./http-error.ts";
import type { RequestLimiter } from "./request-limiter.ts";
import { createTokenBuckets } from "./rate-limit.ts";
import { readBodyText } from "./read-text.ts";
import { VIOLATION_REPORTS_PATH } from "./security-headers.ts";

const REPORT_BYTES = 64 * 1024;
/** Callers need no key, and a browser extension that changes pages may cause hundreds of reports. */
const LOGGED_PER_MINUTE = 10;
const SHOWN_CHARACTERS = 200;

/** The parts that are logged. Leaves out the blocked code, which may hold contents of a flow. */
const violationSchema = z.object({
  effectiveDirective: z.string(),
  documentURL: z.string(),
  blockedURL: z.optional(z.string()),
  sourceFile: z.nullish(z.string()),
  lineNumber: z.nullish(z.number()),
});
const reportsSchema = z.array(z.object({ type: z.string(), body: z.unknown() }));

/** Receives what browsers report about content that the Content-Security-Policy of a page blocked. */
export function mountViolationReports(
  app: HonoApp,
  { bodies, logger, metrics, monotonic }: AuthenticationDependencies,
  limit: RequestLimiter,
): void {
  const takeLine = createTokenBuckets(LOGGED_PER_MINUTE, monotonic);
  app.post(VIOLATION_REPORTS_PATH, async (call) => {
    await limit(call, undefined);
    const lease = bodies.open(undefined);
    try {
      for (const violation of readViolations(await readBodyText(call.req.raw, lease, REPORT_BYTES))) {
        metrics.countPolicyViolation();
        if (takeLine("all").isGranted)
          logger.warn(describe(violation), "a browser blocked content that the policy of a page forbids");
      }
    } finally {
      lease.release();
    }
    return new Response(null, { status: 204 });
  });
}

function readViolations(text: string): readonly z.infer<typeof violationSchema>[] {
  const reports = reportsSchema.safeParse(parseJson(text));
  if (!reports.success) {
    const message = "Expected a list of reports, as browsers send it.";
    throw createBadRequestError("The reports can’t be read.", { message, code: "INVALID_TYPE" });
  }
  return reports.data.flatMap(({ type, body }) => {
    const violation = type === "csp-violation" ? violationSchema.safeParse(body) : undefined;
    return violation?.success ? [violation.data] : [];
  });
}

function describe({
  effectiveDirective,
  documentURL,
  blockedURL,
  sourceFile,
  lineNumber,
}: z.infer<typeof violationSchema>) {
  return {
    directive: effectiveDirective.slice(0, SHOWN_CHARACTERS),
    page: showAddress(documentURL),
    ...(blockedURL !== undefined && { blocked: showAddress(blockedURL) }),
    ...(sourceFile != null && { source: showAddress(sourceFile) }),
    ...(lineNumber != null && { line: lineNumber }),
  };
}

/** Leaves out query and hash, which may hold what a user typed. Browsers also send words, such as `inline`. */
function showAddress(text: string): string {
  const [address = ""] = text.split(/[?#]/, 1);
  return address.slice(0, SHOWN_CHARACTERS);
}
