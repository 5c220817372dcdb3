// What was probably meant by the name of a model that is not known.
import { distance } from 'fastest-levenshtein';
import type { DataSet } from './data-set.ts';

const MOST = 3;

/** Names of the data set that look like it, the nearest first. */
export function nearestModels(data: DataSet, model: string): readonly string[] {
  const wanted = model.toLowerCase();
  const farthest = Math.ceil(wanted.length / 4);
  const names = new Set(data.providers.flatMap(({ models }) => models.map(({ id }) => id)));
  return [...names]
    .map((name) => ({ name, far: distance(wanted, name.toLowerCase()) }))
    .filter(({ far }) => far <= farthest)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, MOST)
    .map(({ name }) => name);
}
