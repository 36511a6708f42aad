// What each key press sets going: most change the editor alone, some the conversation or the process.
import { stripVTControlCharacters } from "node:util";
import { KvchatError } from "../../session/errors.ts";
import type { ChatEnvironment, SuspendTerminal } from "./chat-environment.ts";
import type { ChatStore } from "./chat-store.ts";
import { createCompleter } from "./complete/completer.ts";
import type { Dialogs } from "./dialog/dialogs.ts";
import { isOpenBlock } from "./editor/block-text.ts";
import { withChips } from "./editor/chips.ts";
import type { EditorAction } from "./editor/editor.ts";
import { reduceSearch } from "./editor/history-search.ts";
import type { Intent } from "./keys.ts";
import { typable } from "./printable.ts";
import { editorColumns } from "./prompt.tsx";
import type { Submission } from "./submission.ts";

export interface ChatControls {
  handle(intent: Intent): void;
  paste(text: string): void;
}

interface ControlParts {
  readonly submission: Submission;
  readonly dialogs: Dialogs;
  readonly suspendTerminal: SuspendTerminal;
}

/** What these do is the same while a dialog is open. */
const beside: ReadonlySet<Intent["type"]> = new Set(["suspend", "redraw"]);
const leavingNext = "Ctrl-C again or Ctrl-D leaves";
const leavingSearch: ReadonlySet<Intent["type"]> = new Set(["stop", "interrupt", "openEditor"]);
const takingSearch: ReadonlySet<Intent["type"]> = new Set(["submit"]);

export function createControls(
  store: ChatStore,
  environment: ChatEnvironment,
  { submission, dialogs, suspendTerminal }: ControlParts,
): ChatControls {
  const { turns } = environment;
  const completer = createCompleter(store, turns);
  let isHistoryLoaded = false;
  const edit = (action: EditorAction) => store.dispatch({ type: "edited", edit: action });

  /** Enter after a backslash at the end makes a new line, and in a text whose marks are open. */
  function submit(): void {
    const { text, cursor } = store.getState().editor;
    if (isOpenBlock(text)) {
      edit({ type: "insert", text: "\n" });
      return;
    }
    if (!text.endsWith("\\") || cursor !== text.length) {
      submission.submit();
      return;
    }
    edit({ type: "backspace" });
    edit({ type: "insert", text: "\n" });
  }

  function interrupt(): void {
    const { editor, editing } = store.getState();
    if (submission.isUnderWay || editing !== undefined) submission.stop();
    else if (editor.text !== "") edit({ type: "remember" });
    else if (store.getState().hint === leavingNext) environment.leave();
    // Meant, perhaps, for an answer that ended just before.
    else store.dispatch({ type: "hinted", text: leavingNext });
  }

  /** From an empty editor up to what is queued, before the history. */
  function moveRow(type: "up" | "down"): void {
    loadHistory();
    const { editor, queue } = store.getState();
    if (type === "up" && editor.text === "" && queue.length > 0) store.dispatch({ type: "unqueued", which: "newest" });
    else edit({ type, columns: editorColumns(store.getState()) });
  }

  function editExternally(): void {
    const { text, chips } = store.getState().editor;
    const full = withChips(text, chips);
    environment.editExternally(full, suspendTerminal).then(
      (edited) => edited !== full && edit({ type: "set", text: edited }),
      (error) => {
        if (!(error instanceof KvchatError)) environment.leave(error);
        else store.dispatch({ type: "erred", message: error.message, hint: error.hint });
      },
    );
  }

  /** Read once, when the history is first looked at. One that cannot be read is none: the chat goes on. */
  function loadHistory(): void {
    if (isHistoryLoaded) return;
    isHistoryLoaded = true;
    try {
      edit({ type: "recallOthers", texts: environment.readHistory() });
    } catch {}
  }

  /** True where the key was one of the search that is open. Others than its own take what was found, and do their work on it. */
  function handleSearch(intent: Intent): boolean {
    const { search, editor } = store.getState();
    if (!search) return false;
    const isLeft = leavingSearch.has(intent.type);
    if (!isLeft && reduceSearch(search, intent, editor.history)) {
      store.dispatch({ type: "searched", intent });
      return true;
    }
    store.dispatch({ type: "searchEnded", isTaken: !isLeft });
    return isLeft || takingSearch.has(intent.type);
  }

  return {
    paste(text) {
      if (store.getState().dialog) dialogs.handle({ type: "insert", text });
      // What was copied from a terminal may have its colours with it.
      else if (!handleSearch({ type: "insert", text }))
        edit({ type: "paste", text: typable(stripVTControlCharacters(text)) });
    },
    handle(intent) {
      if (store.getState().dialog && !beside.has(intent.type)) {
        dialogs.handle(intent);
        return;
      }
      if (handleSearch(intent) || completer.handle(intent)) return;
      switch (intent.type) {
        case "insert":
          return edit({ type: "insert", text: typable(intent.text) });
        case "newline":
          return edit({ type: "insert", text: "\n" });
        case "submit":
          return submit();
        case "stop":
          return submission.stop();
        case "interrupt":
          return interrupt();
        case "endOfInput":
          return store.getState().editor.text === "" ? environment.leave() : edit({ type: "delete" });
        case "suspend":
          return environment.suspend(suspendTerminal);
        case "redraw":
          return environment.redraw();
        case "search":
          loadHistory();
          return store.dispatch({ type: "searched", intent });
        case "searchNewer":
        case "complete":
        case "completeBack":
          return;
        case "openEditor":
          return editExternally();
        case "previousVersion":
          return submission.goBeside("prev");
        case "nextVersion":
          return submission.goBeside("next");
        case "up":
        case "down":
          return moveRow(intent.type);
        case "home":
        case "end":
          return edit({ type: intent.type, columns: editorColumns(store.getState()) });
        default:
          return edit({ type: intent.type });
      }
    },
  };
}
