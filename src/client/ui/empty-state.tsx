import type { ReactNode } from "react";
import { StateMessage } from "./state-message.tsx";

type EmptyStateProps = {
  readonly title: string;
  /** One sentence that teaches. */
  readonly text: ReactNode;
  /** One button or link. */
  readonly action?: ReactNode;
  /** A small drawing in `currentColor`. */
  readonly drawing?: ReactNode;
  readonly headingLevel?: 1 | 2 | 3;
};

export function EmptyState({ headingLevel = 2, ...message }: EmptyStateProps) {
  return <StateMessage {...message} tone="calm" headingLevel={headingLevel} />;
}
