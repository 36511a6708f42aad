// The live region: the line that is being said, the prompt, the status. Everything finished is above it, printed for good.
import { Box, Text, useApp, useInput, usePaste } from "ink";
import { type ReactNode, useSyncExternalStore } from "react";
import type { ChatEnvironment } from "./chat-environment.ts";
import type { ChatStore } from "./chat-store.ts";
import { DialogView } from "./dialog/dialog-view.tsx";
import { intentsOf } from "./keys.ts";
import { Status } from "./panels/status.tsx";
import { Prompt } from "./prompt.tsx";
import type { Theme } from "./theme.ts";
import { LiveAnswer } from "./transcript.tsx";
import { useConversation } from "./use-conversation.ts";

export interface AppProps {
  readonly store: ChatStore;
  readonly environment: ChatEnvironment;
  readonly theme: Theme;
}

export function App({ store, environment, theme }: AppProps): ReactNode {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const { suspendTerminal } = useApp();
  const chat = useConversation(store, environment, suspendTerminal);
  useInput((input, key) => {
    for (const intent of intentsOf(input, key)) chat.handle(intent);
  });
  usePaste(chat.paste);
  // While an answer is read out, nothing under it is drawn anew unless something is typed.
  if (state.look.isForScreenReader && state.phase === "answering" && state.editor.text === "") return <Text> </Text>;
  return (
    <Box flexDirection="column">
      <LiveAnswer state={state} theme={theme} />
      {state.lastKind === undefined ? null : <Text> </Text>}
      {state.dialog ? (
        <DialogView {...state.look} dialog={state.dialog} size={state} theme={theme} />
      ) : (
        <>
          <Prompt state={state} theme={theme} />
          <Status state={state} theme={theme} />
        </>
      )}
    </Box>
  );
}
