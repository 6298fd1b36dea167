import type { Icon } from "./icon.ts";

/*
 * What every row of a list draws, in lucide's shapes: a page holds dozens of rows and a drag brings new ones with each
 * frame, so each is one path instead of up to six elements. A dot is a line without length and with round ends.
 */

export const GripIcon: Icon = ({ className }) => (
  <Drawing className={className} path="M9 5h.01M15 5h.01M9 12h.01M15 12h.01M9 19h.01M15 19h.01" width={4} />
);

export const MoreIcon: Icon = ({ className }) => (
  <Drawing className={className} path="M5 12h.01M12 12h.01M19 12h.01" width={4} />
);

export const PlusIcon: Icon = ({ className }) => (
  <Drawing className={className} path="M5 12h14M12 5v14" width={2} />
);

type DrawingProps = {
  readonly className: string | undefined;
  readonly path: string;
  readonly width: number;
};

function Drawing({ className, path, width }: DrawingProps) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={width}
      strokeLinecap="round"
      className={className}
    >
      <path d={path} />
    </svg>
  );
}
