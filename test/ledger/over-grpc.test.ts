// The rules of the ledger as scenarios, over gRPC: the same lines, the same answers.
import { playAll } from './play-all.ts';
import { worldsOverGrpc } from './world.ts';

playAll(worldsOverGrpc);
