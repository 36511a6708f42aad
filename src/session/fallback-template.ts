// A chat template for a model file that brings none: the format whose marks are control tokens of its vocabulary.
import type { Engine } from "./engine/engine.ts";

interface Format {
  readonly name: string;
  /** The text that opens a message; the vocabulary must hold it as one token. */
  readonly mark: string;
  readonly template: string;
}

const turn = (before: string, after: string) =>
  `{% for message in messages %}${before}{{ message.content }}${after}{% endfor %}{% if add_generation_prompt %}`;

/** As the makers document them; the same as llama.cpp's built-in ones (src/llama-chat.cpp). */
const formats: readonly Format[] = [
  {
    name: "ChatML",
    mark: "<|im_start|>",
    template: `${turn("<|im_start|>{{ message.role }}\n", "<|im_end|>\n")}<|im_start|>assistant\n{% endif %}`,
  },
  {
    name: "Gemma",
    mark: "<start_of_turn>",
    template:
      "{% if messages[0].role == 'system' %}{% set first = messages[0].content + '\n\n' %}{% set said = messages[1:] %}" +
      "{% else %}{% set first = '' %}{% set said = messages %}{% endif %}{% for message in said %}" +
      "<start_of_turn>{{ 'model' if message.role == 'assistant' else 'user' }}\n{% if loop.first %}{{ first }}{% endif %}" +
      "{{ message.content | trim }}<end_of_turn>\n{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}",
  },
  {
    name: "Llama 3",
    mark: "<|start_header_id|>",
    template: `${turn("<|start_header_id|>{{ message.role }}<|end_header_id|>\n\n", "<|eot_id|>")}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}`,
  },
  {
    name: "Phi",
    mark: "<|assistant|>",
    template: `${turn("<|{{ message.role }}|>\n", "<|end|>\n")}<|assistant|>\n{% endif %}`,
  },
  {
    name: "Mistral",
    mark: "[INST]",
    template:
      "{% if messages[0].role == 'system' %}{% set first = messages[0].content + '\n\n' %}{% set said = messages[1:] %}" +
      "{% else %}{% set first = '' %}{% set said = messages %}{% endif %}{% for message in said %}" +
      "{% if message.role == 'user' %}[INST] {% if loop.first %}{{ first }}{% endif %}{{ message.content }}[/INST]" +
      "{% else %} {{ message.content }}</s>{% endif %}{% endfor %}",
  },
];

/** All that may stand in. */
export const fallbackTemplates: readonly string[] = formats.map(({ template }) => template);

/** ChatML where the vocabulary gives nothing away, as llama.cpp does. */
export function fallbackTemplate(engine: Pick<Engine, "tokenize">): { name: string; template: string } {
  const isToken = (mark: string) => engine.tokenize(mark, true).length === 1;
  return formats.find(({ mark }) => isToken(mark)) ?? (formats[0] as Format);
}
