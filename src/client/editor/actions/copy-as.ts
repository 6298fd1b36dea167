import { Code, Link, Terminal } from "lucide-react";
import { quoteName } from "#core/text/quote-name.ts";
import { buildFlowPath, copyLink } from "#client/ui/overlays/copy-link.ts";
import { defineEditorAction } from "./define-action.ts";

export const copyFlowLinkAction = defineEditorAction({
  id: "copyFlowLink",
  label: "Copy link to flow",
  icon: Link,
  scope: "page",
  run: ({ openFlow }) => {
    const { flow, history } = openFlow.getState();
    copyLink(buildFlowPath(flow.id), quoteName(history.document.name));
  },
});

const VIEWS: readonly (readonly [path: RegExp, name: string])[] = [
  [/\/runs\/[^/]+$/, "run"],
  [/\/versions\/compare$/, "comparison"],
  [/\/versions\/[^/]+$/, "version"],
];

const findView = () => VIEWS.find(([path]) => path.test(location.pathname))?.[1];

export const copyViewLinkAction = defineEditorAction({
  id: "copyViewLink",
  label: "Copy link to view",
  menuLabel: () => `Copy link to ${findView() ?? "view"}`,
  icon: Link,
  scope: "page",
  isShown: () => findView() !== undefined,
  run: () => copyLink(`${location.pathname}${location.search}`, `this ${findView() ?? "view"}`),
});

export const copyStepLinkAction = defineEditorAction({
  id: "copyStepLink",
  label: "Copy link to step",
  icon: Link,
  scope: "row",
  isShown: (_editor, { keys }) => keys.length === 1,
  run: ({ openFlow, nameOf }, { lead }) =>
    lead !== undefined && copyLink(buildFlowPath(openFlow.getState().flow.id, lead), nameOf([lead])),
});

export const copyFlowAsCurlAction = defineEditorAction({
  id: "copyAsCurl",
  label: "Copy as cURL…",
  icon: Terminal,
  scope: "page",
  run: ({ openDialog }) => openDialog({ type: "code", language: "curl" }),
});

export const copyFlowAsTypeScriptAction = defineEditorAction({
  id: "copyAsTypeScript",
  label: "Copy as TypeScript…",
  icon: Code,
  scope: "page",
  run: ({ openDialog }) => openDialog({ type: "code", language: "typescript" }),
});
