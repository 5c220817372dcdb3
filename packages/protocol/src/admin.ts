// The admin service as grpc-js knows it: its messages are the JSON of the HTTP API.
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { malformed } from './codec.ts';
import { protoFolder } from './service.ts';

export const ADMIN_SERVICE_NAME = 'spendfuse.v1.AdminService';
export const ADMIN_PROTO_FILE = 'spendfuse/v1/admin.proto';

/** A message in proto3's JSON mapping: camelCase, int64 as decimal strings, absent fields left out. */
export type AdminMessage = Readonly<Record<string, unknown>>;

export type AdminServiceDefinition = Readonly<
  Record<string, MethodDefinition<AdminMessage, AdminMessage>>
>;

/**
 * Of methods by their name in camel case, for servers and clients. It is read from the proto file:
 * nobody administers so often that generated code would pay.
 */
export function loadAdminService(): AdminServiceDefinition {
  const file = loadSync(ADMIN_PROTO_FILE, { includeDirs: [protoFolder()], longs: String });
  const methods = Object.values(file[ADMIN_SERVICE_NAME] as ServiceDefinition);
  return Object.fromEntries(methods.map((method) => [camelCase(method), jsonMethod(method)]));
}

function camelCase({ path }: { readonly path: string }): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

type Loaded = MethodDefinition<object, object>;

function jsonMethod(method: Loaded): MethodDefinition<AdminMessage, AdminMessage> {
  const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = method;
  return {
    ...method,
    requestSerialize: (json) => requestSerialize(withStructs(json, structOf)),
    requestDeserialize: (bytes) => readMessage(requestDeserialize, bytes),
    responseSerialize: (json) => responseSerialize(withStructs(json, structOf)),
    responseDeserialize: (bytes) => readMessage(responseDeserialize, bytes),
  };
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for bytes that are no such message. */
function readMessage(read: (bytes: Buffer) => object, bytes: Buffer): AdminMessage {
  try {
    return withStructs(read(bytes), jsonOf);
  } catch (cause) {
    throw malformed('message of the admin service', cause);
  }
}

/** The one kind of field that is a `google.protobuf.Struct`: a budget as a budgets file has it. */
const STRUCT_FIELD = 'definition';

/** A copy of a message with its structs changed to or from what they stand for. */
function withStructs(message: object, change: (value: unknown) => unknown): AdminMessage {
  return mapObject(message, (value, name) => {
    if (name === STRUCT_FIELD) return change(value);
    if (Array.isArray(value)) {
      return value.map((item) => (isObject(item) ? withStructs(item, change) : item));
    }
    return isObject(value) ? withStructs(value, change) : value;
  });
}

interface StructValue {
  readonly numberValue?: number;
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly structValue?: Struct;
  readonly listValue?: { readonly values?: readonly StructValue[] };
}

interface Struct {
  readonly fields?: Readonly<Record<string, StructValue>>;
}

function structOf(json: unknown): unknown {
  return isObject(json) ? { fields: mapObject(json, valueOf) } : json;
}

function valueOf(json: unknown): object {
  if (Array.isArray(json)) return { listValue: { values: json.map(valueOf) } };
  if (isObject(json)) return { structValue: structOf(json) };
  if (typeof json === 'number') return { numberValue: json };
  if (typeof json === 'string') return { stringValue: json };
  return typeof json === 'boolean' ? { boolValue: json } : { nullValue: 0 };
}

function jsonOf(struct: unknown): AdminMessage {
  return mapObject((struct as Struct).fields ?? {}, (value) => jsonOfValue(value as StructValue));
}

function jsonOfValue(value: StructValue): unknown {
  const { listValue, structValue, numberValue, stringValue, boolValue } = value;
  if (listValue) return (listValue.values ?? []).map(jsonOfValue);
  if (structValue) return jsonOf(structValue);
  return numberValue ?? stringValue ?? boolValue ?? null;
}

function mapObject(
  object: object,
  change: (value: unknown, name: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, change(value, name)]),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}
