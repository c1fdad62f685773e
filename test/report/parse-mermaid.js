// Reads a JSON list of pictures from stdin and prints what Mermaid itself says of each: null, or the error.
// A process of its own, since Mermaid wants a window for everybody.
import { parseHTML } from 'linkedom';

const { window } = parseHTML('<!doctype html><html><body></body></html>');
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import('mermaid');

let text = '';
for await (const chunk of process.stdin) text += chunk;
const verdicts = [];
for (const picture of JSON.parse(text)) {
  try {
    await mermaid.parse(picture);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(picture);
    verdicts.push({
      error: null,
      // A plot has neither.
      nodes: [...(db.getVertices?.().keys() ?? [])],
      scenes: (db.getSubGraphs?.() ?? []).map(({ id }) => id),
    });
  } catch (error) {
    verdicts.push({ error: String(error.message), nodes: [], scenes: [] });
  }
}
console.log(JSON.stringify(verdicts));
