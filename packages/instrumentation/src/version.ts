// The version of this package, as telemetry and other copies of it in a program are told.
export const VERSION = '0.1.0';
