import type { Picture } from "../picture.ts";

/** How a picture is looked at. */
export interface View {
  readonly picture: Picture;
  /** Number of the loss whose reach is shown. */
  readonly selected?: number;
  /** Whether parts can be focused, unfolded and selected. */
  readonly isInteractive: boolean;
}
