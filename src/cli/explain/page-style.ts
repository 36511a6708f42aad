// The look of the page that `explain --html` writes. Light and dark by the reader's own choice; the hues are from the palette of
// Okabe and Ito (https://jfly.uni-koeln.de/color/), which people of all colour visions can tell apart.

export const pageStyle = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1b1b; --soft: #5c5c5c; --grid: #d8d8d8; --without: #d55e00; --with: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #16181b; --ink: #ececec; --soft: #a8a8a8; --grid: #3a3d42; --without: #e69f00; --with: #56b4e9; }
}
body { background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
blockquote { border-left: 4px solid var(--grid); margin: 1rem 0; padding: 0 1rem; white-space: pre-wrap; }
blockquote mark { background: none; color: var(--with); }
figure { margin: 2rem 0; }
figcaption { font-weight: 600; }
svg { display: block; height: auto; width: 100%; }
.grid { stroke: var(--grid); }
.tick { fill: var(--soft); font-size: 12px; }
.line { fill: none; stroke-width: 2; }
.line.without { stroke: var(--without); stroke-dasharray: 6 4; }
.line.with { stroke: var(--with); }
.name { font-size: 13px; font-weight: 600; }
rect.without, text.without { fill: var(--without); }
circle.with, text.with { fill: var(--with); }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--grid); padding: 0.25rem 0.5rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
details { margin: 2rem 0; overflow-x: auto; }
summary { cursor: pointer; font-weight: 600; }
footer { color: var(--soft); font-size: 0.875rem; }
`;
