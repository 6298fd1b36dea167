import type { IconComponent } from "#client/ui/controls/button.tsx";

/** One path per icon: a page has dozens of rows, and a drag renders rows in every frame. */

export const GripIcon: IconComponent = ({ className }) => (
  <Drawing className={className} path="M9 5h.01M15 5h.01M9 12h.01M15 12h.01M9 19h.01M15 19h.01" width={4} />
);

export const MoreIcon: IconComponent = ({ className }) => (
  <Drawing className={className} path="M5 12h.01M12 12h.01M19 12h.01" width={4} />
);

export const PlusIcon: IconComponent = ({ className }) => (
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
