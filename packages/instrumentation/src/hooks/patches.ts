// What is done with the modules that the preload's hooks hand over; see install.cts for which they are.
import { guardRequests, type McpExports } from '../mcp/client.ts';
import { guardNodeFetch } from '../node-fetch/node-fetch.ts';
import type { NodeFetchExports } from '../node-fetch/types.ts';
import { type BedrockExports, guardBedrock } from '../smithy/bedrock.ts';
import { guardUndici, type UndiciExports } from '../undici/undici.ts';

/** The `module` of CommonJS, or the like of it for an ES module. */
export interface Handed {
  exports: unknown;
}

export interface PatchTools {
  /** Whether a URL may be one of a provider; others go to the original at once. */
  readonly mayBeMetered: (url: string) => boolean;
}

/** What stands instead of what was handed over, where that is a function; throws where it fails. */
type Patch = (module: Handed, tools: PatchTools) => unknown;

const PATCHES: Readonly<Record<string, Patch>> = {
  bedrock: ({ exports }) => guardBedrock(exports as BedrockExports),
  mcp: ({ exports }) => guardRequests((exports as McpExports).Client.prototype),
  'node-fetch'(module, tools) {
    const exports = module.exports as NodeFetchExports;
    const guarded = guardNodeFetch(exports, tools);
    if (exports.default === module.exports) Object.assign(guarded, { default: guarded });
    module.exports = guarded;
    return guarded;
  },
  undici: ({ exports }, tools) => guardUndici(exports as UndiciExports, tools),
};

export function patch(hook: string, module: Handed, tools: PatchTools): unknown {
  return PATCHES[hook]?.(module, tools);
}
