// A dialog on screen.
import { Text } from "ink";
import type { ReactNode } from "react";
import type { Dialog } from "./dialog.ts";
import { dialogRows } from "./dialog-rows.ts";
import type { TerminalSize } from "./frame-stream.ts";
import type { Theme } from "./theme.ts";

export interface DialogProps {
  readonly dialog: Dialog;
  readonly size: TerminalSize;
  readonly theme: Theme;
}

export function DialogView({ dialog, size, theme }: DialogProps): ReactNode {
  return <Text wrap="truncate">{dialogRows(dialog, size, theme).join("\n")}</Text>;
}
