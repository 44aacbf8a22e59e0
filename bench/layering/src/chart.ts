/** One line of a panel; `values` are above 0, one for every tick of the horizontal axis. */
export interface Line {
  readonly name: string;
  readonly color: string;
  readonly width: number;
  readonly values: readonly number[];
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface Chart {
  /** Text alternative of the picture. */
  readonly description: string;
  /** Marks of the horizontal axis, spread evenly. */
  readonly marks: readonly number[];
  readonly marksTitle: string;
  /** Marks of the vertical axis, which is logarithmic and reaches from the first to the last. */
  readonly levels: readonly number[];
  readonly panels: readonly Panel[];
}

const panelWidth = 400;
const height = 330;
const plot = { left: 62, right: 112, top: 46, bottom: 50 };

/** Draws panels side by side as SVG, on a light card so that it is legible on any page. */
export function drawChart(chart: Chart): string {
  const width = panelWidth * chart.panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escapeText(chart.description)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#fcfcfa"/>`,
    ...chart.panels.flatMap((panel, index) => drawPanel(panel, chart, index * panelWidth)),
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel({ title, lines }: Panel, chart: Chart, offset: number): string[] {
  const { marks, marksTitle, levels } = chart;
  const [left, right] = [offset + plot.left, offset + panelWidth - plot.right];
  const [top, bottom] = [plot.top, height - plot.bottom];
  const lowest = Math.log(levels[0]!);
  const highest = Math.log(levels.at(-1)!);
  const x = (index: number): number => round(left + ((right - left) * index) / (marks.length - 1));
  const y = (value: number): number =>
    round(bottom - ((bottom - top) * (Math.log(value) - lowest)) / (highest - lowest));

  const grid = levels.flatMap((level) => [
    `<path d="M${left} ${y(level)}H${right}" stroke="#d9d9d2"/>`,
    text(left - 8, y(level) + 4, `+${level} %`, 'text-anchor="end" fill="#5c5c57"'),
  ]);
  const axis = marks.map((mark, index) =>
    text(x(index), bottom + 20, String(mark), 'text-anchor="middle" fill="#5c5c57"'),
  );
  const labels = apart(lines.map(({ values }) => y(values.at(-1)!)));
  const curves = lines.flatMap(({ name, color, width, values }, line) => {
    const points = values.map((value, index) => `${x(index)} ${y(value)}`);
    return [
      `<path d="M${points.join("L")}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round"/>`,
      ...points.map((point) => {
        const [cx, cy] = point.split(" ");
        return `<circle cx="${cx}" cy="${cy}" r="${width + 0.5}" fill="${color}"/>`;
      }),
      text(right + 10, labels[line]! + 4, name, `fill="${color}"`),
    ];
  });
  return [
    text(left, 26, title, 'font-size="14" font-weight="600" fill="#24242a"'),
    ...grid,
    ...axis,
    text((left + right) / 2, bottom + 40, marksTitle, 'text-anchor="middle" fill="#5c5c57"'),
    ...curves,
  ];
}

/** Heights for labels at these heights that leave each a line of text, the topmost unmoved. */
function apart(heights: readonly number[]): number[] {
  const moved = [...heights];
  let free = Number.NEGATIVE_INFINITY;
  for (const index of [...heights.keys()].toSorted((a, b) => heights[a]! - heights[b]!)) {
    const place = Math.max(heights[index]!, free);
    moved[index] = place;
    free = place + 14;
  }
  return moved;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escapeText(content)}</text>`;
}

function escapeText(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
