// Reads JSON lists of pictures from stdin, one a line, and prints a line for each: what Mermaid itself says of each
// picture, null, or the error. A process of its own, since Mermaid wants a window for everybody.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { parseHTML } from 'linkedom';

const { window } = parseHTML('<!doctype html><html><body></body></html>');
Object.assign(globalThis, { window, document: window.document });
// Mermaid as a script for a page, in one file; its variables have to be global.
runInThisContext(readFileSync(fileURLToPath(import.meta.resolve('@mermaid-js/tiny')), 'utf8'));
const { mermaid } = globalThis;

async function verdictOf(picture) {
  try {
    await mermaid.parse(picture);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(picture);
    return {
      error: null,
      // A plot has neither.
      nodes: [...(db.getVertices?.().keys() ?? [])],
      scenes: (db.getSubGraphs?.() ?? []).map(({ id }) => id),
    };
  } catch (error) {
    return { error: String(error.message), nodes: [], scenes: [] };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const verdicts = [];
  for (const picture of JSON.parse(line)) verdicts.push(await verdictOf(picture));
  console.log(JSON.stringify(verdicts));
}
