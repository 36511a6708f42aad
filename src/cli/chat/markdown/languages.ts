// The languages whose code is highlighted, under the names that follow ```: CodeMirror's line-by-line tokenizers.
import { c, cpp, csharp, dart, java, kotlin, objectiveC, scala } from "@codemirror/legacy-modes/mode/clike";
import { clojure } from "@codemirror/legacy-modes/mode/clojure";
import { cmake } from "@codemirror/legacy-modes/mode/cmake";
import { cobol } from "@codemirror/legacy-modes/mode/cobol";
import { commonLisp } from "@codemirror/legacy-modes/mode/commonlisp";
import { crystal } from "@codemirror/legacy-modes/mode/crystal";
import { css, less, sCSS } from "@codemirror/legacy-modes/mode/css";
import { d } from "@codemirror/legacy-modes/mode/d";
import { diff } from "@codemirror/legacy-modes/mode/diff";
import { dockerFile } from "@codemirror/legacy-modes/mode/dockerfile";
import { elm } from "@codemirror/legacy-modes/mode/elm";
import { erlang } from "@codemirror/legacy-modes/mode/erlang";
import { fortran } from "@codemirror/legacy-modes/mode/fortran";
import { gas } from "@codemirror/legacy-modes/mode/gas";
import { go } from "@codemirror/legacy-modes/mode/go";
import { groovy } from "@codemirror/legacy-modes/mode/groovy";
import { haskell } from "@codemirror/legacy-modes/mode/haskell";
import { http } from "@codemirror/legacy-modes/mode/http";
import { javascript, json, typescript } from "@codemirror/legacy-modes/mode/javascript";
import { julia } from "@codemirror/legacy-modes/mode/julia";
import { lua } from "@codemirror/legacy-modes/mode/lua";
import { fSharp, oCaml } from "@codemirror/legacy-modes/mode/mllike";
import { nginx } from "@codemirror/legacy-modes/mode/nginx";
import { octave } from "@codemirror/legacy-modes/mode/octave";
import { pascal } from "@codemirror/legacy-modes/mode/pascal";
import { perl } from "@codemirror/legacy-modes/mode/perl";
import { powerShell } from "@codemirror/legacy-modes/mode/powershell";
import { properties } from "@codemirror/legacy-modes/mode/properties";
import { protobuf } from "@codemirror/legacy-modes/mode/protobuf";
import { python } from "@codemirror/legacy-modes/mode/python";
import { r } from "@codemirror/legacy-modes/mode/r";
import { ruby } from "@codemirror/legacy-modes/mode/ruby";
import { rust } from "@codemirror/legacy-modes/mode/rust";
import { scheme } from "@codemirror/legacy-modes/mode/scheme";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { standardSQL } from "@codemirror/legacy-modes/mode/sql";
import { stex } from "@codemirror/legacy-modes/mode/stex";
import { swift } from "@codemirror/legacy-modes/mode/swift";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { vb } from "@codemirror/legacy-modes/mode/vb";
import { verilog } from "@codemirror/legacy-modes/mode/verilog";
import { vhdl } from "@codemirror/legacy-modes/mode/vhdl";
import { xml } from "@codemirror/legacy-modes/mode/xml";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import type { StreamParser } from "@codemirror/streamparser";
import { page, php } from "./embedded.ts";

const parsers: readonly (readonly [parser: StreamParser<unknown>, names: string])[] = [
  [c, "c h"],
  [clojure, "clojure clj cljs edn"],
  [cmake, "cmake"],
  [cobol, "cobol cbl"],
  [cpp, "cpp c++ cc cxx hpp cuda cu arduino ino"],
  [commonLisp, "lisp common-lisp commonlisp cl elisp emacs-lisp"],
  [csharp, "csharp cs c#"],
  [crystal, "crystal cr"],
  [css, "css"],
  [dart, "dart"],
  [d, "d"],
  [diff, "diff patch"],
  [dockerFile, "dockerfile docker containerfile"],
  [erlang, "erlang erl"],
  [elm, "elm"],
  [fSharp, "fsharp fs f#"],
  [fortran, "fortran f90 f95"],
  [go, "go golang"],
  [gas, "asm assembly gas nasm s x86asm"],
  [groovy, "groovy gradle"],
  [haskell, "haskell hs"],
  [page as StreamParser<unknown>, "html htm xhtml vue svelte astro erb ejs"],
  [http, "http"],
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
  [pascal, "pascal delphi"],
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
  [scheme, "scheme racket rkt"],
  [shell, "shell sh bash zsh fish ksh console shell-session shellsession terminal make makefile"],
  [standardSQL, "sql mysql postgresql postgres pgsql plsql sqlite tsql"],
  [stex, "latex tex"],
  [swift, "swift"],
  [toml, "toml"],
  [typescript, "typescript ts tsx mts cts solidity sol"],
  [vb, "vb vbnet vb.net visual-basic vba"],
  [xml, "xml svg xsd xsl xslt rss plist"],
  [verilog, "verilog systemverilog sv"],
  [vhdl, "vhdl vhd"],
  [yaml, "yaml yml"],
];

const byName = new Map(parsers.flatMap(([parser, names]) => names.split(" ").map((name) => [name, parser] as const)));

export const languageNames: readonly string[] = [...byName.keys()];

/** Undefined for a language that is not known. */
export function findLanguage(name: string): StreamParser<unknown> | undefined {
  return byName.get(name.toLowerCase());
}
