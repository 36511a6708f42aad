// The status line under the prompt.
import { Text } from "ink";
import type { ReactNode } from "react";
import { type ChatState, textColumns } from "./state.ts";
import { statusRows } from "./status-text.ts";
import type { Theme } from "./theme.ts";

export function Status({ state, theme }: { state: ChatState; theme: Theme }): ReactNode {
  const rows = statusRows(state, textColumns(state));
  return <Text wrap="truncate">{rows.map(theme.faint).join("\n")}</Text>;
}
