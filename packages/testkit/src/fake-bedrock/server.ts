// A fake of Bedrock's runtime: speaks HTTP/1.1 and cleartext HTTP/2 on one port, keeps a bill.
import {
  DEFAULT_OUTPUT_TOKENS,
  type Fake,
  type FakeOptions,
  startFake,
} from '../fake-provider/fake.ts';
import { speechOf } from './plan.ts';
import { polyglotServer } from './polyglot.ts';
import type { FakeBedrockCall, FakeBedrockScript } from './reply.ts';

/** Models are those of the path, decoded. */
export type FakeBedrockOptions = FakeOptions<FakeBedrockScript>;

/** Its origin is the `endpoint` of the AWS SDK, whichever HTTP it speaks. */
export type FakeBedrock = Fake<FakeBedrockCall, FakeBedrockScript>;

/**
 * Starts the fake on 127.0.0.1.
 * @throws RangeError if a price is not a plain decimal.
 */
export function startFakeBedrock(options: FakeBedrockOptions = {}): Promise<FakeBedrock> {
  const speech = speechOf(options.outputTokens ?? DEFAULT_OUTPUT_TOKENS);
  return startFake({ options, speech, serverOf: polyglotServer });
}
