// Serves and asks over TCP, and over UDP: in the world, in the box and in a container of it.
//   serve PORT         answers everybody with the address that they come from
//   ask HOST PORT      prints the answer; ends with 1 where none comes
//   outage HOST PORT   asks until its input ends, and prints for how many milliseconds nobody answered
//   flow HOST PORT     asks over UDP from one socket, ten times a second, and prints each answer
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [verb, ...args] = process.argv.slice(2);

function serve(port) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(socket.remoteAddress.replace('::ffff:', ''));
  });
  server.listen(Number(port), '0.0.0.0', () => console.log('listening'));
  // The first process of a container has no default action for it.
  process.on('SIGTERM', () => process.exit(0));
}

function ask(host, port, patience = 1000) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host, port: Number(port) });
    socket.setTimeout(patience, () => socket.destroy());
    socket.on('data', (data) => (answer += data));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer === '' ? undefined : answer));
  });
}

async function outage(host, port) {
  let isWatching = true;
  process.stdin.resume().on('end', () => (isWatching = false));
  let since = Date.now();
  let longest = 0;
  console.log('watching');
  while (isWatching) {
    if ((await ask(host, port, 100)) !== undefined) {
      longest = Math.max(longest, Date.now() - since);
      since = Date.now();
    }
    await sleep(20);
  }
  console.log(longest);
}

async function flow(host, port) {
  const socket = createSocket('udp4');
  socket.on('message', (answer) => console.log(`answered: ${answer}`));
  for (;;) {
    socket.send('?', Number(port), host, () => console.log('asked'));
    await sleep(100);
  }
}

if (verb === 'serve') serve(...args);
else if (verb === 'flow') await flow(...args);
else if (verb === 'outage') await outage(...args);
else {
  const answer = await ask(...args);
  if (answer !== undefined) console.log(answer);
  process.exitCode = answer === undefined ? 1 : 0;
}
