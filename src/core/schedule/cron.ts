import { CronExpressionParser } from "cron-parser";

/** Why a recurrence is not accepted: the field at fault, and a sentence for people. */
export interface CronProblem {
  readonly field: "cron" | "timezone";
  readonly message: string;
}

const MACROS = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/i;
const MAX_FIELDS = 6;

/** Whether the time zone exists in the database of the runtime, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Accepts five fields, or six with a fixed second in front. Returns undefined if the expression ever fires. */
export function findCronProblem(cron: string, timezone: string, now: Date): CronProblem | undefined {
  if (!isTimeZone(timezone))
    return {
      field: "timezone",
      message: `There is no time zone “${timezone}”. Use a name such as Europe/Berlin.`,
    };
  const problem = (message: string): CronProblem => ({ field: "cron", message });
  const text = cron.trim();
  const fields = text.split(/\s+/);
  if (!MACROS.test(text) && (fields.length < 5 || fields.length > MAX_FIELDS))
    return problem("A cron expression has five fields: minute, hour, day, month, weekday.");
  // The parser would replace it by random values, which differ at each reading.
  if (fields.some((field) => /^h(\b|[/(])/i.test(field)))
    return problem("“H” has no fixed time. Use a number.");
  try {
    const expression = CronExpressionParser.parse(text, { tz: timezone, currentDate: now });
    if (expression.fields.second.values.length > 1)
      return problem("Schedules run at most once a minute. Use five fields, or a fixed second.");
    expression.next();
    return undefined;
  } catch (error) {
    return problem(explainParserError(error));
  }
}

/** The first times after `after`, oldest first. The expression and the time zone must be valid. */
export function listDueTimes(cron: string, timezone: string, after: Date, count: number): readonly Date[] {
  const expression = CronExpressionParser.parse(cron.trim(), { tz: timezone, currentDate: after });
  return Array.from({ length: count }, () => expression.next().toDate());
}

/** An hour that the clock skips in spring is due at its end; one that it repeats in autumn is due once. */
export function getNextDueTime(cron: string, timezone: string, after: Date): Date {
  const [next] = listDueTimes(cron, timezone, after, 1);
  if (!next) throw new Error("the expression has no next time");
  return next;
}

/** Counts the times between `after` and `before`, without both, up to `max`. */
export function countDueTimes(
  cron: string,
  timezone: string,
  { after, before, max }: { readonly after: Date; readonly before: Date; readonly max: number },
): number {
  const expression = CronExpressionParser.parse(cron.trim(), { tz: timezone, currentDate: after });
  let count = 0;
  while (count < max && expression.next().getTime() < before.getTime()) count++;
  return count;
}

function explainParserError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/explicit day of month|loop limit|out of the time/i.test(text))
    return "This expression never runs: none of its months has this day.";
  const range = /got value (\S+) expected range (\S+)/.exec(text);
  if (range) return `“${range[1]}” is out of range. Use ${range[2]?.replace("-", " to ")}.`;
  const invalid = /got value: ?(\S+)/.exec(text);
  if (invalid) return `“${invalid[1]}” is no cron value.`;
  return "This is no cron expression. Use five fields, such as 0 9 * * 1-5.";
}
