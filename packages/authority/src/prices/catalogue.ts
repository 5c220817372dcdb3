// The price catalogue: the user's overrides, then the public data set, remembered per model.
import { DATA_SET, findModel, type ModelName, type PriceSchedule, scheduleOf } from './data-set.ts';
import { publishedMaxOutputTokens } from './max-output.ts';
import { compileOverrides, type CompiledOverride, type PriceOverride } from './overrides.ts';
import type { PriceCatalogue } from './price.ts';

export interface CatalogueOptions {
  /** The first that matches wins. */
  readonly overrides?: readonly PriceOverride[] | undefined;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for an override that is none. */
export function createCatalogue(options: CatalogueOptions = {}): PriceCatalogue {
  const { compiled, versionSuffix } = compileOverrides(options.overrides ?? []);
  const known = rememberModels((name) => describeModel(name, compiled));
  return {
    version: DATA_SET + versionSuffix,
    priceOf: ({ provider, model, nowMs }) => known({ provider, model }).priceAt(nowMs),
    maxOutputTokensOf: (name) => known(name).maxOutputTokens,
  };
}

interface KnownModel {
  readonly priceAt: PriceSchedule;
  readonly maxOutputTokens: number | undefined;
}

function describeModel(name: ModelName, overrides: readonly CompiledOverride[]): KnownModel {
  const override = overrides.find(({ matches }) => matches(name));
  const found = findModel(name);
  return {
    priceAt: override ? () => override.price : found ? scheduleOf(found) : () => undefined,
    maxOutputTokens:
      override?.maxOutputTokens ?? publishedMaxOutputTokens(name.model) ?? found?.context_window,
  };
}

/** Model names come from requests, so there is no end to them. */
const MOST_REMEMBERED = 10_000;

/** A look-up in the data set walks hundreds of models; a remembered one is two map reads. */
function rememberModels(describe: (name: ModelName) => KnownModel) {
  const providers = new Map<string, Map<string, KnownModel>>();
  let count = 0;
  return ({ provider, model }: ModelName): KnownModel => {
    const remembered = providers.get(provider)?.get(model);
    if (remembered) return remembered;
    if (count >= MOST_REMEMBERED) {
      providers.clear();
      count = 0;
    }
    const described = describe({ provider, model });
    const models = providers.get(provider) ?? new Map<string, KnownModel>();
    providers.set(provider, models.set(model, described));
    count += 1;
    return described;
  };
}
