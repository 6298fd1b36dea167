import * as z from "zod/mini";

/** Page sizes of the list endpoints: what is given when none is asked for, and the most there is. */
export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 100;

/** Query parameters of every paged list; all are strings on the wire, and cursors are opaque. */
export const pageQuery = {
  limit: z.optional(z.string().check(z.regex(/^-?\d+$/, "a whole number"))),
  cursor: z.optional(z.string()),
  direction: z.optional(z.enum(["next", "prev"])),
  includeCount: z.optional(z.enum(["true", "false"])),
};

export const pagination = z.looseObject({
  limit: z.number(),
  currentOffset: z.number(),
  hasMore: z.boolean(),
  hasPrev: z.boolean(),
  nextCursor: z.nullable(z.string()),
  prevCursor: z.nullable(z.string()),
  totalCount: z.optional(z.number()),
  totalPages: z.optional(z.number()),
  currentPage: z.optional(z.number()),
});
