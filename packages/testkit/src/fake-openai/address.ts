// Where a request goes: the paths of Azure OpenAI are those of OpenAI, with a deployment in front.

export interface Address {
  /** As api.openai.com has it: `/v1/chat/completions`. */
  readonly path: string;
  readonly isAzure: boolean;
  /** Named in the path, in place of the model. */
  readonly deployment: string | undefined;
}

const AZURE = /^\/openai(?:\/v1|\/deployments\/(?<deployment>[^/]+))?(?=\/)/u;

export function addressOf(path: string): Address {
  const match = AZURE.exec(path);
  if (!match) return { path, isAzure: false, deployment: undefined };
  const deployment = match.groups?.['deployment'];
  return {
    path: `/v1${path.slice(match[0].length)}`,
    isAzure: true,
    deployment: deployment && decodeURIComponent(deployment),
  };
}
