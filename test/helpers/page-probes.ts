// What can be told of a page from inside: each function is sent into the browser alone, and uses nothing around it.

/** Of what is no script. */
export function textOf(selector: string): string {
  const copy = document.querySelector(selector)?.cloneNode(true) as Element;
  for (const script of copy.querySelectorAll("script")) script.remove();
  return copy.textContent ?? "";
}

/** Contrast (WCAG 2.2) of every text with what is behind it, and of every mark of the plots with the page's ground. */
export function contrasts() {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (color: string) => {
    if (!context) throw new Error("there is no canvas");
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (a: string, b: string) => {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };
  const groundOf = (element: Element | null): string => {
    const { backgroundColor } = getComputedStyle(element ?? document.body);
    return !element || backgroundColor !== "rgba(0, 0, 0, 0)" ? backgroundColor : groundOf(element.parentElement);
  };
  const paint = (element: Element) => getComputedStyle(element).fill;
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent?.trim() || !parent?.checkVisibility() || parent.closest("script, style")) continue;
    const color = parent.closest("svg") ? paint(parent) : getComputedStyle(parent).color;
    words.push({ what: node.textContent.slice(0, 40), contrast: ratio(color, groundOf(parent)) });
  }
  const ground = groundOf(document.body);
  const shapes = document.querySelectorAll(".plot g[aria-label=dot] > *, .plot g[aria-label=rect] rect");
  const marks = [...shapes].map((mark) => ({ what: paint(mark), contrast: ratio(paint(mark), ground) }));
  return { words, marks };
}

/** Pairs of labels in one plot that cover each other. */
export function overlaps(): string[] {
  return [...document.querySelectorAll(".plot svg")].flatMap((svg) => {
    const labels = [...svg.querySelectorAll("g[aria-label=text] text")].map((text) => ({
      name: text.textContent,
      box: text.getBoundingClientRect(),
    }));
    return labels.flatMap(({ name, box }, index) =>
      labels
        .slice(index + 1)
        // Boxes of lines are higher than their letters.
        .filter(
          ({ box: other }) =>
            box.left < other.right &&
            other.left < box.right &&
            box.top + 4 < other.bottom &&
            other.top + 4 < box.bottom,
        )
        .map((other) => `${name} and ${other.name}`),
    );
  });
}

export function hueOf(selector: string) {
  return [...document.querySelectorAll(selector)].map((mark) => ({
    hue: getComputedStyle(mark).fill,
    shape: mark.getAttribute("d"),
  }));
}
