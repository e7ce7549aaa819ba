// A transaction pooler for tests where no pgbouncer is installed: as strict as one, no more able than a test needs.
// Wire format: https://www.postgresql.org/docs/current/protocol-message-formats.html
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

const sslRequest = 80_877_103;
const protocol3 = 196_608;
/** What pgbouncer lets a client ask for when it connects; other settings would belong to one connection of the server. */
const allowedParameters = new Set(['user', 'database', 'application_name', 'client_encoding', 'DateStyle', 'TimeZone']);
/** Connections of the server for each database. */
const poolSize = 4;

interface Message {
  readonly type: string;
  /** Type, length and body. */
  readonly bytes: Buffer;
}

/** Cuts a stream into messages. */
class Framer {
  #pending = Buffer.alloc(0);

  *push(chunk: Buffer): Generator<Message> {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 5) {
      const length = this.#pending.readInt32BE(1) + 1;
      if (this.#pending.length < length) return;
      const bytes = this.#pending.subarray(0, length);
      this.#pending = this.#pending.subarray(length);
      yield { type: String.fromCharCode(bytes[0] ?? 0), bytes };
    }
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const text = Object.entries(parameters).flatMap(([name, value]) => [name, value]);
  const body = Buffer.from(`${text.join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(protocol3, 4);
  return Buffer.concat([head, body]);
}

function failure(code: string, text: string): Buffer {
  return message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`));
}

/** A connection of the server, and who has it for a transaction. */
class ServerConnection {
  readonly #socket: Socket;
  readonly parameters: Buffer[] = [];
  client: Socket | undefined;
  onIdle: () => void = () => undefined;
  onClose: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Ready to be used. The server of the tests asks for the password as plain text. */
  static async open(server: URL, database: string): Promise<ServerConnection> {
    const socket = connect({ port: Number(server.port), host: server.hostname, noDelay: true });
    const connection = new ServerConnection(socket);
    socket.write(startup({ user: decodeURIComponent(server.username), database, client_encoding: 'UTF8' }));
    await new Promise<void>((resolve, reject) => {
      const framer = new Framer();
      let isReady = false;
      const close = (): void => {
        reject(new Error('the server refused the pooler'));
        connection.client?.destroy();
        connection.onClose();
      };
      socket.on('error', close).on('close', close);
      socket.on('data', (chunk) => {
        for (const { type, bytes } of framer.push(chunk)) {
          if (isReady) connection.#toClient(type, bytes);
          else if (type === 'R' && bytes.readInt32BE(5) === 3)
            socket.write(message('p', Buffer.from(`${decodeURIComponent(server.password)}\0`)));
          else if (type === 'S') connection.parameters.push(Buffer.from(bytes));
          else if (type === 'E') socket.destroy();
          else if (type === 'Z') {
            isReady = true;
            resolve();
          }
        }
      });
    });
    return connection;
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #toClient(type: string, bytes: Buffer): void {
    this.client?.write(bytes);
    // ReadyForQuery outside a transaction: whoever comes next may have it.
    if (type === 'Z' && String.fromCharCode(bytes[5] ?? 0) === 'I') this.onIdle();
  }
}

/** The connections of one database: the one that was free longest is the next, so that a client never keeps one. */
class ServerPool {
  readonly #free: ServerConnection[] = [];
  readonly #waiting: ((connection: ServerConnection) => void)[] = [];
  readonly #open: () => Promise<ServerConnection>;
  #size = 0;
  readonly all = new Set<ServerConnection>();

  constructor(open: () => Promise<ServerConnection>) {
    this.#open = open;
  }

  async take(): Promise<ServerConnection> {
    if (this.#size < poolSize) return await this.#add();
    const free = this.#free.shift();
    return free ?? (await new Promise((resolve) => void this.#waiting.push(resolve)));
  }

  give(connection: ServerConnection): void {
    connection.client = undefined;
    const waiting = this.#waiting.shift();
    if (waiting) waiting(connection);
    else this.#free.push(connection);
  }

  async #add(): Promise<ServerConnection> {
    this.#size += 1;
    try {
      const connection = await this.#open();
      this.all.add(connection);
      connection.onClose = () => this.#drop(connection);
      return connection;
    } catch (error) {
      this.#size -= 1;
      throw error;
    }
  }

  #drop(connection: ServerConnection): void {
    if (!this.all.delete(connection)) return;
    this.#size -= 1;
    const free = this.#free.indexOf(connection);
    if (free >= 0) this.#free.splice(free, 1);
    const waiting = this.#waiting.shift();
    if (waiting) void this.#add().then(waiting, () => undefined);
  }
}

/** One client: its messages go to the connection that it has for its transaction, or wait until it has one. */
class Session {
  readonly #socket: Socket;
  readonly #pool: ServerPool;
  readonly #framer = new Framer();
  #connection: ServerConnection | undefined;
  #queue: Buffer[] | undefined;

  constructor(socket: Socket, pool: ServerPool) {
    this.#socket = socket;
    this.#pool = pool;
    // In the middle of a transaction: nobody else may go on in it.
    socket.on('close', () => this.#connection?.destroy());
  }

  async greet(): Promise<void> {
    const connection = await this.#pool.take();
    const ok = message('R', Buffer.alloc(4));
    this.#socket.write(Buffer.concat([ok, ...connection.parameters, message('K', Buffer.alloc(8)), message('Z', Buffer.from('I'))]));
    this.#pool.give(connection);
  }

  receive(chunk: Buffer): void {
    for (const { type, bytes } of this.#framer.push(chunk)) {
      if (type === 'X') this.#socket.end();
      else if (this.#connection) this.#connection.send(bytes);
      else if (this.#queue) this.#queue.push(Buffer.from(bytes));
      else this.#begin(Buffer.from(bytes));
    }
  }

  #begin(first: Buffer): void {
    const queue = [first];
    this.#queue = queue;
    this.#pool.take().then(
      (connection) => {
        this.#queue = undefined;
        if (this.#socket.destroyed) return this.#pool.give(connection);
        this.#connection = connection;
        connection.client = this.#socket;
        connection.onIdle = () => {
          this.#connection = undefined;
          this.#pool.give(connection);
        };
        for (const bytes of queue) connection.send(bytes);
      },
      () => this.#socket.end(failure('08P01', 'server login failed')),
    );
  }
}

export interface StandInPooler {
  readonly port: number;
  close(): Promise<void>;
}

export async function startStandInPooler(server: URL): Promise<StandInPooler> {
  const pools = new Map<string, ServerPool>();
  const sockets = new Set<Socket>();
  const poolOf = (database: string): ServerPool => {
    const pool = pools.get(database) ?? new ServerPool(() => ServerConnection.open(server, database));
    pools.set(database, pool);
    return pool;
  };
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let session: Session | undefined;
    socket.on('data', (chunk: Buffer) => {
      if (session) return session.receive(chunk);
      if (chunk.readInt32BE(4) === sslRequest) return void socket.write('N');
      const words = chunk.subarray(8, chunk.readInt32BE(0)).toString().split('\0');
      const parameters = new Map(
        words.flatMap((word, index) => (index % 2 === 0 && word !== '' ? [[word, words[index + 1] ?? ''] as const] : [])),
      );
      const refused = [...parameters.keys()].find((name) => !allowedParameters.has(name));
      if (refused !== undefined) return void socket.end(failure('08P01', `unsupported startup parameter: ${refused}`));
      session = new Session(socket, poolOf(parameters.get('database') ?? ''));
      session.greet().catch(() => void socket.end(failure('08P01', 'server login failed')));
    });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      for (const pool of pools.values()) for (const connection of pool.all) connection.destroy();
      await new Promise((resolve) => void listener.close(resolve));
    },
  };
}
