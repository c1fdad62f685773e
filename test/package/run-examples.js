// Runs ES modules one after the other, each in the directory that it lies in, and prints a JSON list of what each came
// to, as a process of its own would: a status, and what it had to say. One process, since the library takes longer to
// load than most examples take to run.
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

let said = '';
process.stderr.write = (text) => Boolean((said += text));

const ends = [];
for (const file of process.argv.slice(2)) {
  said = '';
  process.chdir(path.dirname(file));
  try {
    await import(pathToFileURL(file).href);
    ends.push({ status: process.exitCode ?? 0, stderr: said });
  } catch (error) {
    ends.push({ status: 1, stderr: said + error.stack });
  }
}
process.stdout.write(JSON.stringify(ends));
