import { linkOptions } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { ViewHeading } from "#client/flow/view-heading.tsx";

type VersionsHeadingProps = Omit<ComponentProps<typeof ViewHeading>, "back" | "backLabel"> & {
  readonly flowId: string;
};

export function VersionsHeading({ flowId, ...heading }: VersionsHeadingProps) {
  const to = "/flows/$flowId/versions";
  const back = linkOptions({ to, params: { flowId }, search: keepOnlyStepSearchParam, resetScroll: false });
  return <ViewHeading back={back} backLabel="All versions" {...heading} />;
}
