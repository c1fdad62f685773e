// Writes dist/schemas/NAME@1.json: the JSON Schema of every document, from its TypeScript type and the comments there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createGenerator } from 'ts-json-schema-generator';

const [, , directory = 'dist/schemas'] = process.argv;
const DEFINITIONS = '#/definitions/';
const OPEN = 'Members may be added in the same version: readers pass over those that they do not know.';

const generator = createGenerator({
  path: 'src/report/documents.ts',
  tsconfig: 'tsconfig.json',
  skipTypeCheck: true,
  topRef: false,
  sortProps: false,
  additionalProperties: true,
});

mkdirSync(directory, { recursive: true });
const { anyOf: documents } = generator.createSchema('JsonDocument');
for (const { $ref } of documents) {
  const schema = schemaOf($ref);
  const name = schema.$id.replace(/.*:/, '');
  const text = JSON.stringify(schema, asWritten, 2);
  // A document that holds others of its own type refers to itself as a whole.
  const adapted = text.replaceAll(`"${$ref}"`, '"#"').replaceAll(DEFINITIONS, '#/$defs/');
  writeFileSync(`${directory}/${name}.json`, `${adapted}\n`);
}

/** The schema of one document, under the name that readers find in the document. */
function schemaOf($ref) {
  const type = $ref.replace(DEFINITIONS, '');
  const { title, description, required, properties, definitions } = generator.createSchema(type);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: properties.schema.const.replace('unit-patch/', 'urn:unit-patch:'),
    title,
    description: `${description} ${OPEN}`,
    type: 'object',
    required,
    properties,
    $defs: { ...definitions, [type]: undefined },
  };
}

/** TypeScript has no integers, and every number in these documents is one. */
function asWritten(key, value) {
  if (key !== 'type') return value;
  if (Array.isArray(value)) return value.map((type) => (type === 'number' ? 'integer' : type));
  return value === 'number' ? 'integer' : value;
}
