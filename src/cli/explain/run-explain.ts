// Runs the steps and shows them as they land: a plot on a terminal, a table in a pipe, or one JSON object at the end.
import { type ExplainReport, explainReport } from "../../session/explain/explain-report.ts";
import { type ExplainStep, measureSteps } from "../../session/explain/measure.ts";
import { type ExplainOptions, type OpenedExplain, openExplain } from "../../session/explain/open-explain.ts";
import { createTheme } from "../chat/theme.ts";
import { createLivePlot } from "./live-plot.ts";
import { tableHead, tableRow } from "./step-table.ts";
import { summaryLines } from "./summary.ts";

export interface RunOptions extends ExplainOptions {
  readonly isJson: boolean;
  readonly stdout: NodeJS.WriteStream;
}

/** What was done stays where a stop comes. Throws KvchatError before the first step. */
export async function runExplain(options: RunOptions): Promise<ExplainReport> {
  const { settings, prompt, signal, isJson, stdout } = options;
  await using opened = await openExplain(options);
  const promptTokens = opened.measured.prompt.length;
  const title = `${settings.modelName}: ${promptTokens} tokens of prompt, ${options.steps} steps`;
  const show = isJson ? () => {} : stdout.isTTY ? plot(opened, options, title) : table(opened, stdout, title);
  const steps: ExplainStep[] = [];
  for await (const step of measureSteps(opened.measured, signal)) {
    steps.push(step);
    show(steps);
  }
  const kv = { typeK: settings.cacheTypeK, typeV: settings.cacheTypeV, bytesPerToken: opened.bytesPerToken };
  const head = {
    model: settings.modelName,
    backend: opened.backend,
    prompt,
    promptTokens,
    text: textOf(opened, steps),
    kv,
  };
  const report = explainReport({ ...head, stopped: steps.length < options.steps }, steps);
  stdout.write(isJson ? `${JSON.stringify(report, null, 2)}\n` : `\n${summaryLines(report).join("\n")}\n`);
  return report;
}

type Show = (steps: readonly ExplainStep[]) => void;

function plot(opened: OpenedExplain, { prompt, steps: wanted, stdout }: RunOptions, title: string): Show {
  const draw = createLivePlot(stdout, createTheme(process.env));
  return (steps) => {
    const done = steps.length < wanted ? `, ${steps.length} done` : "";
    draw({ title: title + done, text: prompt + textOf(opened, steps), steps, expected: wanted });
  };
}

function table(opened: OpenedExplain, stdout: NodeJS.WriteStream, title: string): Show {
  stdout.write(`${title}\n${tableHead()}`);
  return (steps) => {
    const step = steps.at(-1);
    if (step) stdout.write(tableRow(step, opened.detokenize([step.with.token])));
  };
}

function textOf(opened: OpenedExplain, steps: readonly ExplainStep[]): string {
  return opened.detokenize(steps.map((step) => step.with.token));
}
