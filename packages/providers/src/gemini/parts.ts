// Finds media among the parts of a conversation, in the words of each of Google's APIs.
import { isObject, textOf } from '../json.ts';
import type { JsonObject } from '../provider.ts';
import { field, objectField } from './fields.ts';
import { bytesOfBase64, isSoft, type Media } from './media.ts';

/** The kinds of the interactions API that may come without a MIME type. */
const KINDS: ReadonlyMap<unknown, string> = new Map([
  ['image', 'image/*'],
  ['audio', 'audio/*'],
  ['video', 'video/*'],
  ['document', 'application/pdf'],
]);

/**
 * `{ inlineData: { mimeType, data } }`, `{ fileData: { mimeType, fileUri } }`, of interactions
 * `{ type: 'image', data | uri, mime_type }`, of embeddings `{ bytesBase64Encoded | gcsUri }`.
 * Undefined: the object is none of these.
 */
export function mediaOf(part: JsonObject, model: string): Media | undefined {
  const inline = objectField(part, 'inlineData');
  const file = objectField(part, 'fileData');
  const data = textOf(inline['data']) ?? ownData(part) ?? textOf(part['bytesBase64Encoded']);
  const uri = textOf(field(file, 'fileUri')) ?? ownUri(part) ?? textOf(part['gcsUri']);
  if (data === undefined && uri === undefined) return undefined;
  const mimeType =
    [inline, file, part].map((place) => textOf(field(place, 'mimeType'))).find(Boolean) ??
    KINDS.get(part['type']) ??
    '';
  const fps = field(objectField(part, 'videoMetadata'), 'fps');
  return {
    model,
    mimeType: mimeType.toLowerCase(),
    bytes: data === undefined ? undefined : bytesOfBase64(data),
    framesPerSecond: typeof fps === 'number' && Number.isFinite(fps) ? fps : 1,
  };
}

/** Whether some of the input is not in the request, or cannot be counted by what is. */
export function hasSoftMedia(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSoftMedia);
  if (!isObject(value)) return false;
  const media = mediaOf(value, '');
  return media ? isSoft(media) : Object.values(value).some(hasSoftMedia);
}

function ownData(part: JsonObject): string | undefined {
  return isMedium(part) ? textOf(part['data']) : undefined;
}

function ownUri(part: JsonObject): string | undefined {
  return isMedium(part) ? textOf(part['uri']) : undefined;
}

function isMedium(part: JsonObject): boolean {
  return KINDS.has(part['type']) || textOf(field(part, 'mimeType')) !== undefined;
}
