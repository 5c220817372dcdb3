// The model that a path names: an id, an inference profile, or the ARN of one of these.

/**
 * What can be told of the model: `anthropic.claude-…-v1:0`, with the region of its profile in front
 * where there is one. Of ARNs without a model in them (`application-inference-profile/…`,
 * `provisioned-model/…`) the last part, without region and account.
 */
export function modelOf(encoded: string): string {
  const name = decoded(encoded);
  if (!name.startsWith('arn:')) return name;
  const resource = name.split(':').slice(5).join(':');
  return /^(?:foundation-model|inference-profile)\/(.+)$/u.exec(resource)?.[1] ?? resource;
}

/** Whether the path names the model itself, so that another one may stand in its place. */
export function isPlain(model: string): boolean {
  return !model.includes('/');
}

export function isClaude(model: string): boolean {
  return model.includes('anthropic.claude');
}

/** What has no name of a model may be one of Claude's, which takes the most tokens for its texts. */
export function mayBeClaude(model: string): boolean {
  return isClaude(model) || !isPlain(model);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
