// The rules of the ledger as scenarios, over HTTP: the same lines, the same answers.
import { playAll } from './play-all.ts';
import { worldsOverHttp } from './world.ts';

playAll(worldsOverHttp);
