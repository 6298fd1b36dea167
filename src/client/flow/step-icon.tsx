import {
  Binary,
  BookCopy,
  Bot,
  Braces,
  Brain,
  Cast,
  CircleQuestionMark,
  DatabaseZap,
  FileCheck,
  FileDown,
  FilePen,
  FilePlus,
  FileSearch,
  FileText,
  FileType,
  FolderGit2,
  Globe,
  HardDriveUpload,
  History,
  List,
  Mail,
  MessageSquare,
  Network,
  NotebookText,
  Radio,
  Repeat,
  ScanSearch,
  Search,
  Sparkles,
  Split,
  Timer,
  Variable,
  Webhook,
  Wrench,
} from "lucide-react";
import { createElement } from "react";
import { findStepType } from "#contract/step-types.ts";
import type { Icon } from "#client/ui/icon.ts";

/** By lucide's names, as the catalogue of step types gives them; listed one by one, so that no other icon is bundled. */
const icons: Readonly<Record<string, Icon>> = {
  binary: Binary,
  "book-copy": BookCopy,
  bot: Bot,
  braces: Braces,
  brain: Brain,
  cast: Cast,
  "database-zap": DatabaseZap,
  "file-check": FileCheck,
  "file-down": FileDown,
  "file-pen": FilePen,
  "file-plus": FilePlus,
  "file-search": FileSearch,
  "file-text": FileText,
  "file-type": FileType,
  "folder-git-2": FolderGit2,
  globe: Globe,
  "hard-drive-upload": HardDriveUpload,
  history: History,
  list: List,
  mail: Mail,
  "message-square": MessageSquare,
  network: Network,
  "notebook-text": NotebookText,
  radio: Radio,
  repeat: Repeat,
  "scan-search": ScanSearch,
  search: Search,
  sparkles: Sparkles,
  split: Split,
  timer: Timer,
  variable: Variable,
  webhook: Webhook,
  wrench: Wrench,
};

type StepIconProps = { readonly type: string; readonly className?: string };

/** The icon of a step type, in the colour of the text around it. Decorative: whoever draws it also says the type. */
export function StepIcon({ type, className = "size-4" }: StepIconProps) {
  return createElement(findStepIcon(type) ?? CircleQuestionMark, { className });
}

/** Undefined for a type that the catalogue does not know. */
export function findStepIcon(type: string): Icon | undefined {
  const name = findStepType(type)?.icon;
  return name === undefined ? undefined : icons[name];
}
