// The Spendfuse budget authority in process: policy, prices and a store.
export { openAuthority, type OpenAuthorityOptions } from './open.ts';
export type {
  Act,
  AllowanceRequest,
  AllowanceView,
  Backfilled,
  BudgetAdmin,
  BudgetView,
  ExplainRequest,
  Explanation,
  ResetRequest,
} from './admin.ts';
export { type AuthorityOptions, createAuthority } from './authority.ts';
export { budgetEtag } from './budget-etag.ts';
export type { Entry, EntryMeta } from './entry.ts';
export { type BudgetInFolder, checkFolder, type FolderCheckOptions } from './folder-check.ts';
export {
  ENTRY_VERBS,
  type EntryFilter,
  type EntryPage,
  type EntryQuery,
} from './entry-query.ts';
export { type EntryFormat, entriesHead, entriesText } from './entry-text.ts';
export type { AuthorityEvent } from './event.ts';
export type { LocalAuthority, Reconfiguration } from './local.ts';
export type { Submission, SubmitListener } from './submit.ts';
export type { Filter } from './subject-filter.ts';
export {
  USAGE_SUMS,
  type UsageBucket,
  type UsageOrder,
  type UsagePage,
  type UsageQuery,
  type UsageRow,
  type UsageSums,
} from './usage-query.ts';
export {
  type Alert,
  ALERT_EVENTS,
  type AlertContent,
  type AlertEvent,
  budgetOfAlert,
  SEVERITIES,
  type Severity,
  severityOf,
} from './alerts/alert.ts';
export { alertText, scopeText } from './alerts/alert-text.ts';
export type { AlertMemory, AlertSource } from './alerts/source.ts';
export { AlertWatcher, type AlertWatcherOptions } from './alerts/watcher.ts';
export {
  type AlertConfig,
  NO_ALERT_CONFIG,
  type WebhookConfig,
  type WebhookFormat,
} from './config/alert-schema.ts';
export type { BalancePage, BalancePageQuery } from './balance-page.ts';
export {
  type BudgetForm,
  budgetFormSchema,
  budgetFromForm,
  type BudgetFormInput,
  budgetToForm,
} from './config/budget-form.ts';
export { describeConfig } from './config/describe.ts';
export type { JsonSchema } from './config/json-schema.ts';
export { limitBudget } from './config/limit-budget.ts';
export { loadConfig, parseConfig } from './config/load.ts';
export { loadConfigAside } from './config/load-aside.ts';
export { instantOf, type LocalTime, localTimeAt, parseIsoTime } from './config/local-time.ts';
export { type Config, configSchema } from './config/schema.ts';
export { budgetWarnings } from './config/warnings.ts';
export { builtInNames } from './prices/built-in-prices.ts';
export {
  type BrowsableCatalogue,
  type CatalogueOptions,
  createCatalogue,
  type ModelDescription,
} from './prices/catalogue.ts';
export {
  compareCatalogues,
  type ModelChange,
  modelNames,
  type PriceChange,
} from './prices/compare.ts';
export {
  BUILT_IN as BUILT_IN_PRICES,
  type DataSet,
  type ModelName,
  providerIdOf,
  providerOfModel,
} from './prices/data-set.ts';
export {
  type DownloadedData,
  downloadedData,
  loadPriceData,
  PRICE_DATA_URL,
  readDownload,
  removeDownload,
  saveDownload,
} from './prices/data-store.ts';
export type { PriceFallback, PriceOverride } from './prices/overrides.ts';
export {
  DEAREST_TIER,
  type ModelPrice,
  type ModelQuery,
  type PriceCatalogue,
  type PriceSource,
  STANDARD_TIER,
} from './prices/price.ts';
export type { KnownLimit } from './prices/resolve.ts';
export {
  dearestSteps,
  PRICED_KINDS,
  type PricedKind,
  type PriceSteps,
  type TokenPrices,
} from './prices/steps.ts';
export { nearestModels } from './prices/suggest.ts';
export { type MemoryLedgerOptions, openMemoryLedger } from './stores/memory/ledger.ts';
export { exportFolder, type ExportFolderOptions } from './stores/sqlite/export-folder.ts';
export {
  openSqliteLedger,
  type SqliteLedgerOptions,
  type SqliteStore,
} from './stores/sqlite/ledger.ts';
export {
  backup,
  type BackupOptions,
  restore,
  type Restored,
  type RestoreOptions,
} from './stores/sqlite/backup.ts';
export { salvage, type Salvaged, type SalvageOptions } from './stores/sqlite/salvage.ts';
export {
  type Finding,
  verify,
  type VerifyOptions,
  type VerifyProgress,
  type VerifyReport,
} from './stores/sqlite/verify.ts';
export type { ExportBatch, Queries, Store } from './stores/store.ts';
