import * as z from "zod/mini";
import { createFlowBodySchema } from "./flow.ts";

export const flowTagsSchema = z.array(z.string());

/** Instead of the whole list, so that the changes of two users combine. The handler checks the names. */
export const changeFlowTagsBodySchema = z.looseObject({
  add: createFlowBodySchema.shape.tags,
  remove: createFlowBodySchema.shape.tags,
});

export const changedFlowTagsSchema = z.looseObject({ tags: flowTagsSchema });

export const listFlowTagsQuerySchema = z.object({ search: z.optional(z.string()) });

/** The most used tags first. `hasMore`: further tags match, which only a narrower search finds. */
export const flowTagListSchema = z.looseObject({
  tags: z.array(z.looseObject({ name: z.string(), flows: z.number() })),
  hasMore: z.boolean(),
});

export type FlowTagList = z.infer<typeof flowTagListSchema>;
export type ListFlowTagsQuery = z.infer<typeof listFlowTagsQuerySchema>;
export type ChangeFlowTagsBody = z.infer<typeof changeFlowTagsBodySchema>;
