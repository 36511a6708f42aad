// The look of pages. Light and dark by the reader's own choice, light on paper. The hues of marks are those of Okabe and Ito
// (https://jfly.uni-koeln.de/color/), which people of all colour visions can tell apart, some darker or lighter so that they stand
// out from the ground by 3 to 1 at least. Words have the colour of text, which stands out by more than 4.5 to 1.

const light = `--ground: #fff; --raised: #f4f5f6; --ink: #1b1b1b; --soft: #595959; --grid: #dcdcdc; --tint: #fdeee0;
  --hue0: #1b1b1b; --hue1: #0072b2; --hue2: #d55e00; --hue3: #00795b; --hue4: #c76fa2;`;
const dark = `--ground: #16181b; --raised: #212429; --ink: #ececec; --soft: #a8a8a8; --grid: #3a3d42; --tint: #3a2e1a;
  --hue0: #ececec; --hue1: #56b4e9; --hue2: #e69f00; --hue3: #009e73; --hue4: #dd99c0;`;

export const pageStyle = `
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
body { background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
body > p, body > blockquote { max-width: 46rem; }
h1 { font-size: 1.6rem; line-height: 1.25; text-wrap: balance; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0; text-wrap: balance; }
blockquote { border-left: 4px solid var(--grid); margin: 1rem 0; overflow-wrap: anywhere; padding: 0 1rem; white-space: pre-wrap; }
mark { background: var(--tint); box-shadow: inset 0 -2px var(--hue2); box-decoration-break: clone; color: inherit; }
code { background: var(--raised); border-radius: 4px; font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; padding: 0.15em 0.4em; }
figure, section { margin: 3rem 0 0; }
figure { break-inside: avoid; }
h3 { font-size: 1rem; margin: 1.5rem 0 0; }
figcaption p { color: var(--soft); margin: 0.25rem 0 0.75rem; }
.beside { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); }
.beside figure { display: grid; grid-row: span 3; grid-template-columns: minmax(0, 1fr); grid-template-rows: subgrid; }
.plot svg { --plot-background: var(--ground); display: block; font: 13px system-ui, sans-serif; height: auto; max-width: 100%; overflow: visible; }
.rows { list-style: none; margin: 1.5rem 0; padding: 0; }
.rows li { display: grid; grid-template-columns: minmax(10rem, max-content) 1fr; margin: 0.35rem 0; }
.rows label { cursor: pointer; }
@media (max-width: 40rem) { .rows li { display: block; margin: 0.75rem 0; } .rows label { display: block; } }
.rows svg { display: inline-block; margin: 0 0.3rem; overflow: visible; vertical-align: -4px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--grid); padding: 0.25rem 0.6rem; text-align: right; vertical-align: bottom; }
td, tbody th { white-space: nowrap; }
tr > :first-child { background: var(--ground); left: 0; position: sticky; text-align: left; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; }
.sides { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); margin: 0.75rem 0; }
.sides h4 { font-size: 0.9rem; margin: 0; }
.sides p { border-left: 4px solid var(--grid); margin: 0.25rem 0; overflow-wrap: anywhere; padding-left: 0.75rem; white-space: pre-wrap; }
footer { color: var(--soft); font-size: 0.875rem; margin: 3rem 0 2rem; }
:focus-visible { outline: 2px solid var(--hue1); outline-offset: 2px; }
`;
