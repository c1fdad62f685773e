// Prints as JSON what GitHub's own parser has to say against the workflow that is its first argument. The test bundles
// it first, since the parser imports JSON in a way that Node itself does not take.
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';

const file = { name: 'workflow.yml', content: process.argv[2] };
const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
const converted = value ? convertWorkflowTemplate(context, value) : Promise.resolve();
converted.then(() => {
  console.log(JSON.stringify(context.errors.getErrors().map(({ message }) => message)));
});
