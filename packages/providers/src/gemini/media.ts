// Tokens of media that are sent along, by Google's published rates; where a file does not say how
// long it is, by its bytes.
import { maxImageTokens } from './models.ts';

/** 32 tokens a second; no format spends less than 512 bytes on one. */
const AUDIO_BYTES_PER_TOKEN = 16;
/** 263 tokens a second at a frame a second; a moving picture takes 2 KB at the least. */
const VIDEO_BYTES_PER_TOKEN = 8;
/** A page is 560 tokens or fewer by default, 1,120 at most; its text alone is some hundred bytes. */
const OTHER_BYTES_PER_TOKEN = 1;
/** The largest context window there is: more does not go in. */
const MOST_TOKENS = 2_097_152;

export interface Media {
  readonly model: string;
  readonly mimeType: string;
  /** Undefined: the file lies elsewhere. */
  readonly bytes: number | undefined;
  /** Frames of a video that are looked at. */
  readonly framesPerSecond: number;
}

/** Of a file that lies elsewhere only an image has a bound: the others count 0, and `isSoft`. */
export function mediaTokens({ model, mimeType, bytes, framesPerSecond }: Media): number {
  if (mimeType.startsWith('image/')) return maxImageTokens(model);
  if (bytes === undefined) return 0;
  const [kind] = mimeType.split('/', 1);
  if (kind === 'audio') return atMost(bytes / AUDIO_BYTES_PER_TOKEN);
  if (kind === 'video') {
    return atMost((bytes / VIDEO_BYTES_PER_TOKEN) * Math.max(1, framesPerSecond));
  }
  return atMost(bytes / OTHER_BYTES_PER_TOKEN);
}

/** Whether the tokens are a good guess only: pages and pictures are not counted by bytes. */
export function isSoft({ mimeType, bytes }: Pick<Media, 'mimeType' | 'bytes'>): boolean {
  if (mimeType.startsWith('image/')) return false;
  return bytes === undefined || !/^(?:audio|text)\//u.test(mimeType);
}

export function bytesOfBase64(data: string): number {
  return Math.ceil((data.length * 3) / 4);
}

function atMost(tokens: number): number {
  return Math.min(MOST_TOKENS, Math.ceil(tokens));
}
