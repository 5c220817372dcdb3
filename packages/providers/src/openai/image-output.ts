// The most tokens that one made image can cost, by model, quality and size (guide on image generation).

export interface AskedImage {
  readonly model: string;
  /** `1024x1536`; undefined or `auto`: the model chooses. */
  readonly size: string | undefined;
  readonly quality: string | undefined;
  /** Sent while the image is being made. */
  readonly partialImages: number;
  /** Of an animation; 1: an image. */
  readonly frames: number;
}

type Quality = 'low' | 'medium' | 'high';
type TokensBySize = readonly (readonly [size: string, tokens: number])[];

interface Table {
  readonly model: RegExp;
  readonly tokens: Readonly<Record<Quality, TokensBySize>>;
}

const [SQUARE, PORTRAIT, LANDSCAPE] = ['1024x1024', '1024x1536', '1536x1024'] as const;

/** First match wins. Of the mini model only prices of images are published: those in its tokens. */
const TABLES: readonly Table[] = [
  {
    model: /^gpt-image-1-mini/u,
    tokens: {
      low: [
        [SQUARE, 625],
        [PORTRAIT, 750],
        [LANDSCAPE, 750],
      ],
      medium: [
        [SQUARE, 1_375],
        [PORTRAIT, 1_875],
        [LANDSCAPE, 1_875],
      ],
      high: [
        [SQUARE, 4_500],
        [PORTRAIT, 6_500],
        [LANDSCAPE, 6_500],
      ],
    },
  },
  {
    model: /^(?:gpt-image-1|chatgpt-image)/u,
    tokens: {
      low: [
        [SQUARE, 272],
        [PORTRAIT, 408],
        [LANDSCAPE, 400],
      ],
      medium: [
        [SQUARE, 1_056],
        [PORTRAIT, 1_584],
        [LANDSCAPE, 1_568],
      ],
      high: [
        [SQUARE, 4_160],
        [PORTRAIT, 6_240],
        [LANDSCAPE, 6_208],
      ],
    },
  },
];

/** Each partial image costs this much more. */
const PARTIAL_IMAGE = 100;
/** Text that models since 1.5 write for themselves beside the image; ours, as none is published. */
const OWN_TEXT = 1_000;

export function maxTokensOfImage(asked: AskedImage): number {
  const table = TABLES.find(({ model }) => model.test(asked.model));
  const most = table ? fromTable(table, asked) : byArea(asked);
  return most * asked.frames + asked.partialImages * PARTIAL_IMAGE + OWN_TEXT;
}

function fromTable({ tokens }: Table, { size, quality }: AskedImage): number {
  const bySize = tokens[isQuality(quality) ? quality : 'high'];
  const known = bySize.find(([name]) => name === size)?.[1];
  return known ?? Math.max(...bySize.map(([, most]) => most));
}

function isQuality(quality: string | undefined): quality is Quality {
  return quality === 'low' || quality === 'medium' || quality === 'high';
}

/** Tokens along the longer side of a gpt-image-2 image. */
const LONG_SIDE: Readonly<Record<Quality, number>> = { low: 16, medium: 48, high: 96 };
/** The dearest size there is: square, and as many pixels as are allowed. */
const LARGEST = { width: 2_880, height: 2_880 };
/** Qualities above `high`, of models that have not said what they cost. */
const ABOVE_HIGH = 4;

/** gpt-image-2 takes any size, and makes more tokens of more pixels, and of squarer ones. */
function byArea({ model, size, quality }: AskedImage): number {
  const long = LONG_SIDE[isQuality(quality) ? quality : 'high'];
  const { width, height } = sizeOf(size) ?? LARGEST;
  const short = Math.round((long * Math.min(width, height)) / Math.max(width, height));
  const tokens = Math.ceil((long * short * (2_000_000 + width * height)) / 4_000_000);
  const isKnown = /^gpt-image-2(?:-20|$)/u.test(model) || isQuality(quality);
  return isKnown ? tokens : tokens * ABOVE_HIGH;
}

function sizeOf(size: string | undefined) {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/u.exec(size ?? '') ?? [];
  if (!Number(width) || !Number(height)) return undefined;
  return { width: Number(width), height: Number(height) };
}
