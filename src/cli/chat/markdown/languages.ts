// The languages whose code is highlighted, under the names that follow ```: CodeMirror's line-by-line tokenizers.
import { c, cpp, csharp, dart, java, kotlin, objectiveC, scala } from "@codemirror/legacy-modes/mode/clike";
import { clojure } from "@codemirror/legacy-modes/mode/clojure";
import { cmake } from "@codemirror/legacy-modes/mode/cmake";
import { css, less, sCSS } from "@codemirror/legacy-modes/mode/css";
import { diff } from "@codemirror/legacy-modes/mode/diff";
import { dockerFile } from "@codemirror/legacy-modes/mode/dockerfile";
import { erlang } from "@codemirror/legacy-modes/mode/erlang";
import { go } from "@codemirror/legacy-modes/mode/go";
import { groovy } from "@codemirror/legacy-modes/mode/groovy";
import { haskell } from "@codemirror/legacy-modes/mode/haskell";
import { javascript, json, typescript } from "@codemirror/legacy-modes/mode/javascript";
import { julia } from "@codemirror/legacy-modes/mode/julia";
import { lua } from "@codemirror/legacy-modes/mode/lua";
import { fSharp, oCaml } from "@codemirror/legacy-modes/mode/mllike";
import { nginx } from "@codemirror/legacy-modes/mode/nginx";
import { octave } from "@codemirror/legacy-modes/mode/octave";
import { perl } from "@codemirror/legacy-modes/mode/perl";
import { powerShell } from "@codemirror/legacy-modes/mode/powershell";
import { properties } from "@codemirror/legacy-modes/mode/properties";
import { protobuf } from "@codemirror/legacy-modes/mode/protobuf";
import { python } from "@codemirror/legacy-modes/mode/python";
import { r } from "@codemirror/legacy-modes/mode/r";
import { ruby } from "@codemirror/legacy-modes/mode/ruby";
import { rust } from "@codemirror/legacy-modes/mode/rust";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { standardSQL } from "@codemirror/legacy-modes/mode/sql";
import { stex } from "@codemirror/legacy-modes/mode/stex";
import { swift } from "@codemirror/legacy-modes/mode/swift";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { xml } from "@codemirror/legacy-modes/mode/xml";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import type { StreamParser } from "@codemirror/streamparser";
import { page, php } from "./embedded.ts";

const parsers: readonly (readonly [parser: StreamParser<unknown>, names: string])[] = [
  [c, "c h"],
  [clojure, "clojure clj cljs edn"],
  [cmake, "cmake"],
  [cpp, "cpp c++ cc cxx hpp cuda cu arduino ino"],
  [csharp, "csharp cs c#"],
  [css, "css"],
  [dart, "dart"],
  [diff, "diff patch"],
  [dockerFile, "dockerfile docker containerfile"],
  [erlang, "erlang erl"],
  [fSharp, "fsharp fs f#"],
  [go, "go golang"],
  [groovy, "groovy gradle"],
  [haskell, "haskell hs"],
  [page as StreamParser<unknown>, "html htm xhtml vue svelte astro erb ejs"],
  [java, "java"],
  [javascript, "javascript js jsx mjs cjs node"],
  [json, "json json5 jsonc jsonl ndjson"],
  [julia, "julia jl"],
  [kotlin, "kotlin kt kts"],
  [less, "less"],
  [lua, "lua luau"],
  [nginx, "nginx"],
  [oCaml, "ocaml ml"],
  [objectiveC, "objectivec objective-c objc"],
  [octave, "matlab octave"],
  [php, "php"],
  [perl, "perl pl"],
  [powerShell, "powershell pwsh ps1"],
  [properties, "properties ini cfg conf env dotenv editorconfig"],
  [protobuf, "protobuf proto"],
  [python, "python py python3 py3 pycon gyp"],
  [r, "r rscript"],
  [ruby, "ruby rb rake elixir ex exs"],
  [rust, "rust rs zig"],
  [sCSS, "scss sass"],
  [scala, "scala sbt"],
  [shell, "shell sh bash zsh fish ksh console shell-session shellsession terminal make makefile"],
  [standardSQL, "sql mysql postgresql postgres pgsql plsql sqlite tsql"],
  [stex, "latex tex"],
  [swift, "swift"],
  [toml, "toml"],
  [typescript, "typescript ts tsx mts cts"],
  [xml, "xml svg xsd xsl xslt rss plist"],
  [yaml, "yaml yml"],
];

const byName = new Map(parsers.flatMap(([parser, names]) => names.split(" ").map((name) => [name, parser] as const)));

export const languageNames: readonly string[] = [...byName.keys()];

/** Undefined for a language that is not known. */
export function findLanguage(name: string): StreamParser<unknown> | undefined {
  return byName.get(name.toLowerCase());
}
