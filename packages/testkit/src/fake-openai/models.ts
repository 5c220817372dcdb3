// GET /v1/models and /v1/models/ID.

/** Models that are listed where the fake was given no prices. */
const DEFAULT_MODELS = [
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-3.5-turbo-instruct',
  'text-embedding-3-small',
];
const CREATED_S = 1_721_172_741;
const PATH = '/v1/models';

export function isModelsPath(path: string): boolean {
  return path === PATH || path.startsWith(`${PATH}/`);
}

/** The list, or one model; every id exists. */
export function modelsBody(path: string, known: readonly string[]): unknown {
  const id = decodeURIComponent(path.slice(PATH.length + 1));
  if (id !== '') {
    return model(id);
  }
  const ids = known.length > 0 ? known : DEFAULT_MODELS;
  return { object: 'list', data: ids.map(model) };
}

function model(id: string): unknown {
  return { id, object: 'model', created: CREATED_S, owned_by: 'system' };
}
