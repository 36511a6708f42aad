// Commands of other chats (llama-cli, Ollama, lms, coding agents) that kvchat has by another way: which.

const show = "/set, /system, /cache and /stats show; so does kvchat inspect MODEL";
const textOnly = "kvchat reads text only; @file attaches a text file";
const models = "kvchat models lists and fetches them; /model takes another";
const reasoning = "/set reasoning off; or /no_think before a message to Qwen 3";

/** Sentences that fit the line under the input, by name. */
export const elsewhere: ReadonlyMap<string, string> = new Map(
  Object.entries({
    read: "@file in a message attaches a text file",
    glob: "@folder/ in a message attaches the list of what is in a folder",
    image: textOnly,
    audio: textOnly,
    video: textOnly,
    show,
    info: show,
    load: "/resume goes over to another chat, /model to another model",
    list: models,
    models,
    download: models,
    pull: models,
    compact: "/window says what leaves when the context is full",
    tools: "kvchat calls no tools; @file in a message attaches a text file",
    nothink: reasoning,
    "no-think": reasoning,
  }),
);
