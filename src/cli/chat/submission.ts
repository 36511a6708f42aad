// Where a submitted text goes: to the model, to a slash command, or, while something is under way, into the queue that follows it.
import { withoutAttachments } from "../../session/attachments.ts";
import { type Gathered, gather } from "./attach/gather.ts";
import { mentionsIn } from "./attach/mentions.ts";
import type { ChatStore } from "./chat-store.ts";
import { editNote, type Side, stepBeside } from "./commands/branch-commands.ts";
import { elsewhere } from "./commands/elsewhere.ts";
import { describeUnknown, type ParsedCommand, parseCommand } from "./commands/parse-command.ts";
import type { CommandContext } from "./commands/slash-command.ts";
import type { Dialogs } from "./dialog/dialogs.ts";
import { withoutMarks } from "./editor/block-text.ts";
import { withChips } from "./editor/chips.ts";
import { drawKept, recall } from "./editor/recall.ts";
import { linesColumns } from "./state.ts";
import type { StartTurn, Turns } from "./turns.ts";
import { untilAborted } from "./until-aborted.ts";

export interface Submission {
  /** Takes what is in the editor. */
  submit(): void;
  /** Says something to the model; it can be recalled in the editor. */
  send(text: string): void;
  /** Goes on with what is queued, where nothing is under way. */
  next(): void;
  /** Whether there is something to stop. */
  readonly isUnderWay: boolean;
  /** Stops the answer, or what leads to it; what is queued goes back into the editor. */
  stop(): void;
  /** Goes to another version of what was said. */
  goBeside(side: Side): void;
}

interface SubmissionParts {
  readonly turns: Turns;
  readonly dialogs: Dialogs;
  copy(text: string): void;
  leave(error?: unknown): void;
}

export function createSubmission(store: ChatStore, { turns, dialogs, copy, leave }: SubmissionParts): Submission {
  const hint = (text: string) => store.dispatch({ type: "hinted", text });
  const note = (text: string) => store.dispatch({ type: "noted", text });
  /** While the files of a message are read: one may be large, or on a disk that does not answer. */
  let reading: AbortController | undefined;
  const takeBack = () => store.dispatch({ type: "unqueued", which: "all" });

  function submit(): void {
    const text = store.getState().editor.text.trimEnd();
    const parsed = parseCommand(text);
    if (withoutMarks(text.trim()) === "") return;
    if (parsed?.command?.name === "quit" && parsed.argument === "") leave();
    // A slip is mended where it stands.
    else if (parsed && !parsed.command && !elsewhere.has(parsed.name)) hint(describeUnknown(parsed.name));
    else if (mustWait(parsed)) {
      store.dispatch({ type: "queued" });
      next();
    } else {
      store.dispatch({ type: "edited", edit: { type: "remember" } });
      accept(text, parsed);
    }
  }

  function mustWait(parsed: ParsedCommand | undefined): boolean {
    return turns.isBusy || store.getState().queue.length > 0 || (parsed !== undefined && !turns.conversation);
  }

  function accept(text: string, parsed: ParsedCommand | undefined): void {
    const { editing, editor } = store.getState();
    const typed = withoutMarks(text.trim());
    store.dispatch({ type: "editing", turn: undefined });
    if (parsed) {
      store.dispatch({ type: "said", text });
      if (parsed.command?.argument === "" && parsed.argument !== "") sendBack(parsed.name, text);
      else runCommand(parsed);
    } else if (mentionsIn(typed).length === 0) {
      say({ typed, editing, content: withChips(typed, editor.chips), notes: [] });
    } else {
      void turns.work(() => sayWithFiles(typed, editing)).then(next);
    }
  }

  async function sayWithFiles(typed: string, editing: number | undefined): Promise<void> {
    reading = new AbortController();
    hint("Reading the files · Esc takes the message back");
    const files = gather(typed, store.getState().editor.chips, turns.conversation);
    const gathered = await untilAborted(files, AbortSignal.any([reading.signal, turns.ending]));
    reading = undefined;
    if (gathered && "content" in gathered) {
      say({ typed, editing, ...gathered });
    } else {
      if (gathered) store.dispatch({ type: "erred", ...gathered });
      takeBack();
      store.dispatch({ type: "returned", text: typed });
      store.dispatch({ type: "editing", turn: editing });
    }
  }

  function say({ typed, editing, content, notes }: Gathered & { typed: string; editing: number | undefined }): void {
    if (editing !== undefined && turns.conversation) note(editNote(turns.conversation, editing));
    store.dispatch({ type: "said", text: typed });
    for (const text of notes) note(text);
    const start: StartTurn = (conversation, signal) =>
      editing === undefined ? conversation.send(content, signal) : conversation.edit(editing, content, signal);
    turns.run(start, (isAnswered) => {
      ended(isAnswered);
      if (isAnswered) return;
      store.dispatch({ type: "returned", text: typed });
      store.dispatch({ type: "editing", turn: editing });
    });
  }

  function ended(isAnswered: boolean): void {
    if (isAnswered) next();
    else takeBack();
  }

  function runCommand({ command, name, argument }: ParsedCommand): void {
    const { conversation } = turns;
    const instead = elsewhere.get(name);
    if (!command && instead !== undefined) {
      store.dispatch({ type: "erred", message: `there is no /${name}`, hint: instead });
      next();
    }
    const full = withChips(argument, store.getState().editor.chips);
    if (command && conversation) turns.work(() => command.run(commandContext(conversation), full)).then(next);
  }

  /** What stands behind a command that takes nothing was meant, perhaps: for a message, or for another command. */
  function sendBack(name: string, text: string): void {
    store.dispatch({
      type: "erred",
      message: `/${name} stands alone`,
      hint: "It is back in the input, with the rest.",
    });
    store.dispatch({ type: "returned", text });
    next();
  }

  function next(): void {
    const [text] = store.getState().queue;
    if (text === undefined || turns.isBusy || !turns.conversation) return;
    store.dispatch({ type: "unqueued", which: "next" });
    accept(text, parseCommand(text));
  }

  /** Without a conversation there is no chat. */
  function reopen(...how: Parameters<Turns["reopen"]>): ReturnType<Turns["reopen"]> {
    return turns.reopen(...how).catch((error: unknown): never => {
      if (!turns.conversation) leave(error);
      throw error;
    });
  }

  function cancelEdit(): void {
    store.dispatch({ type: "editing", turn: undefined });
    store.dispatch({ type: "edited", edit: { type: "set", text: "" } });
  }

  function commandContext(conversation: CommandContext["conversation"]): CommandContext {
    const { look, figures } = store.getState();
    return {
      conversation,
      look,
      figures,
      columns: linesColumns("note", store.getState()),
      note,
      fail: (message, advice) => store.dispatch({ type: "erred", message, hint: advice }),
      edit(text, turn) {
        store.dispatch({ type: "returned", text: withoutAttachments(text) });
        store.dispatch({ type: "editing", turn });
      },
      draw: (messages) => drawKept(store, messages),
      recall: (messages) => recall(store, messages),
      ask: dialogs.ask,
      confirm: dialogs.confirm,
      showFigures: (isShown) => store.dispatch({ type: "figuresShown", isShown }),
      copy,
      reopen,
      runTurn: (start) => turns.run(start, ended),
      leave,
    };
  }

  return {
    submit,
    next,
    get isUnderWay() {
      return turns.isAnswering || reading !== undefined;
    },
    send(text) {
      store.dispatch({ type: "edited", edit: { type: "set", text } });
      if (turns.isBusy) store.dispatch({ type: "queued" });
      else {
        store.dispatch({ type: "edited", edit: { type: "remember" } });
        accept(text, undefined);
      }
    },
    stop() {
      if (store.getState().editing !== undefined) cancelEdit();
      takeBack();
      reading?.abort();
      turns.stop();
    },
    goBeside(side) {
      const { conversation } = turns;
      if (!conversation || turns.isBusy) hint("What else was said can be seen when this is done");
      else if (store.getState().editing !== undefined) hint("Enter says this first, or Esc leaves it");
      else {
        hint("");
        void turns.work(() => stepBeside(commandContext(conversation), side, hint)).then(next);
      }
    },
  };
}
