// The thread of a store: opens the file that its task names, and answers calls until it is ended.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { serveCalls } from './calls.ts';
import { serveIndexer, serveMatcher } from './serve-store.ts';
import type { WorkerTask } from './store-service.ts';

function serve(port: MessagePort, task: WorkerTask): void {
  if (task.kind === 'indexer') serveCalls(port, serveIndexer(task, port));
  else serveCalls(port, serveMatcher(task, port));
}

if (parentPort) serve(parentPort, workerData as WorkerTask);
