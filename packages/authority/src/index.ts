// The Spendfuse budget authority in process: policy, prices and a store.
export { openAuthority, type OpenAuthorityOptions } from './open.ts';
export { type AuthorityOptions, createAuthority } from './authority.ts';
export type { Entry, EntryMeta } from './entry.ts';
export type { AuthorityEvent, EntryPage, EntryQuery, LocalAuthority } from './local.ts';
export { describeConfig } from './config/describe.ts';
export { limitBudget } from './config/limit-budget.ts';
export { loadConfig, parseConfig } from './config/load.ts';
export type { Config } from './config/schema.ts';
export { type CatalogueOptions, createCatalogue } from './prices/catalogue.ts';
export type { PriceOverride } from './prices/overrides.ts';
export type { ModelPrice, ModelQuery, PriceCatalogue } from './prices/price.ts';
export { type MemoryLedgerOptions, openMemoryLedger } from './stores/memory/ledger.ts';
export { openSqliteLedger, type SqliteLedgerOptions } from './stores/sqlite/ledger.ts';
export type { Store } from './stores/store.ts';
