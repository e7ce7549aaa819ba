// For `npm run unit`: a test that opens a socket belongs to `npm run integration` (see vitest.groups.ts).
import { Server, Socket } from 'node:net';

function refuse(): never {
  throw new Error('a unit test opens a socket: name its file in vitest.groups.ts');
}

Server.prototype.listen = refuse;
Socket.prototype.connect = refuse;
