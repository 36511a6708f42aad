// What /help COMMAND shows of a command in use: what is typed, and what that does.
import type { TableRow } from "../panels/table-rows.ts";

/** By the command's name. */
export const examples: ReadonlyMap<string, readonly TableRow[]> = new Map(
  Object.entries({
    help: [["/help kv", "this, of /kv"]],
    regen: [["/regen 7", "another answer, with seed 7"]],
    edit: [["/edit 2", "your second message into the input; Enter says it otherwise"]],
    branch: [
      ["/branch 1", "the first of what was said last in two ways"],
      ["/branch 3 next", "the next version at turn 3"],
    ],
    system: [["/system Answer in French.", 'for more lines: /system """, the lines, """']],
    set: [
      ["/set temp 0.2", "less by chance; /set temp alone tells what it is"],
      ["/set ctx-size 16384", "a larger context; the model is loaded anew"],
    ],
    model: [["/model qwen3-4b", "the chat goes on with it; kvchat models pull fetches it before"]],
    kv: [
      ["/kv q8_0", "about half the memory of f16"],
      ["/kv q8_0/q4_0", "one type for K, another for V"],
    ],
    window: [["/window stop", "answers end when the context is full; nothing leaves"]],
    save: [["/save trip to Rome", "kvchat run --resume takes the name, too"]],
    new: [["/new rome", "another chat of that name"]],
    fork: [["/fork by train", "the copy's name"]],
    resume: [["/resume trip", "by name, or the beginning of one"]],
    export: [["/export chat.html", "one page; also .md, .json, .jsonl"]],
    copy: [
      ["/copy code", "the last code alone"],
      ["/copy 2", "answer 2"],
    ],
  } satisfies Record<string, readonly TableRow[]>),
);
