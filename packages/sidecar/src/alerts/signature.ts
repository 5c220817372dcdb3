// Signs what webhooks get, so that a receiver can tell it is from here and not old.
import { createHmac } from 'node:crypto';

export interface SignatureInput {
  readonly secret: string;
  readonly body: string;
  readonly nowMs: number;
}

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 by the secret of the seconds, a dot, and the body. */
export function signature({ secret, body, nowMs }: SignatureInput): string {
  const seconds = Math.floor(nowMs / 1000);
  const v1 = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${v1}`;
}
