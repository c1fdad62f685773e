/** Figures over sizes. */
export interface Plot {
  readonly title: string;
  readonly sizes: { readonly of: string; readonly at: readonly number[] };
  readonly figures: { readonly of: string; readonly at: readonly number[] };
}

/** A picture of figures over sizes, in Markdown, for Mermaid. */
export function plot({ title, sizes, figures }: Plot): string {
  const top = Math.ceil(Math.max(...figures.at) * 1.1);
  const names = sizes.at.map((size) => JSON.stringify(size.toLocaleString('en')));
  return [
    '```mermaid',
    'xychart-beta',
    `  title ${JSON.stringify(title)}`,
    `  x-axis ${JSON.stringify(sizes.of)} [${names.join(', ')}]`,
    `  y-axis ${JSON.stringify(figures.of)} 0 --> ${top}`,
    `  line [${figures.at.map((figure) => figure.toFixed(1)).join(', ')}]`,
    '```',
  ].join('\n');
}
