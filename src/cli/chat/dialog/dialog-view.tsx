// A dialog on screen.
import { Text } from "ink";
import type { ReactNode } from "react";
import type { TerminalSize } from "../terminal/frame-stream.ts";
import type { Dialog } from "./dialog.ts";
import { type DialogLook, dialogRows } from "./dialog-rows.ts";

export interface DialogProps extends DialogLook {
  readonly dialog: Dialog;
  readonly size: TerminalSize;
}

export function DialogView({ dialog, size, ...look }: DialogProps): ReactNode {
  return <Text wrap="truncate">{dialogRows(dialog, size, look).join("\n")}</Text>;
}
