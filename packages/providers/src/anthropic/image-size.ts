// Width and height of a base64 image, from its first bytes: PNG, GIF, WebP and JPEG.

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Of the text. A JPEG says its size behind whatever else it carries, such as a preview. */
const LOOKED_AT_CHARS = 64 * 1024;

/** Undefined where it cannot be found. */
export function imageSize(base64: string): ImageSize | undefined {
  const view = firstBytes(base64);
  if (!view || view.byteLength < 30) return undefined;
  const size = sizeOf(view);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

function firstBytes(base64: string): DataView | undefined {
  let binary: string;
  try {
    binary = atob(base64.slice(0, LOOKED_AT_CHARS));
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return new DataView(bytes.buffer);
}

function sizeOf(view: DataView): ImageSize | undefined {
  const start = view.getUint32(0);
  if (start === 0x89_50_4e_47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (start === 0x47_49_46_38) {
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (start === 0x52_49_46_46) return sizeOfWebp(view);
  return start >>> 16 === 0xff_d8 ? sizeOfJpeg(view) : undefined;
}

/** Lossy, lossless and extended files keep it in different places (WebP container specification). */
function sizeOfWebp(view: DataView): ImageSize | undefined {
  switch (view.getUint32(12)) {
    case 0x56_50_38_20:
      return {
        width: view.getUint16(26, true) & 0x3f_ff,
        height: view.getUint16(28, true) & 0x3f_ff,
      };
    case 0x56_50_38_4c: {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3f_ff) + 1, height: ((bits >>> 14) & 0x3f_ff) + 1 };
    }
    case 0x56_50_38_58:
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return undefined;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

/** In the first frame header, which each kind of coding has its own marker for. */
function sizeOfJpeg(view: DataView): ImageSize | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
