// Refusals of ill-formed requests, shared by the endpoints; wording as the real service has it.

import { invalidRequest } from './errors.ts';
import type { FakeError } from './reply.ts';
import { isObject, numberOf } from '../json.ts';
import type { JsonObject } from '../json.ts';

/** The first of the findings. */
export function firstOf(...findings: readonly (FakeError | undefined)[]): FakeError | undefined {
  return findings.find((finding) => finding !== undefined);
}

export function needsModel(body: JsonObject): FakeError | undefined {
  return typeof body['model'] === 'string' && body['model'] !== ''
    ? undefined
    : invalidRequest('you must provide a model parameter');
}

export function needs(body: JsonObject, param: string): FakeError | undefined {
  return body[param] === undefined
    ? invalidRequest(`Missing required parameter: '${param}'.`, {
        param,
        code: 'missing_required_parameter',
      })
    : undefined;
}

export function atLeast(
  body: JsonObject,
  limit: { readonly param: string; readonly minimum: number },
): FakeError | undefined {
  const value = numberOf(body[limit.param]);
  return value === undefined || value >= limit.minimum
    ? undefined
    : invalidRequest(
        `Invalid '${limit.param}': integer below minimum value. ` +
          `Expected a value >= ${limit.minimum}, but got ${value} instead.`,
        { param: limit.param, code: 'integer_below_min_value' },
      );
}

/** Usage can only be asked for where there is a stream. */
export function streamOptionsNeedStream(body: JsonObject): FakeError | undefined {
  return isObject(body['stream_options']) && body['stream'] !== true
    ? invalidRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.", {
        param: 'stream_options',
      })
    : undefined;
}
