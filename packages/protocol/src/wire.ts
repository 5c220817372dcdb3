// The generated messages under short names.
import { spendfuse } from '#wire';

export const { DenialReason, Mode, Outcome, Unit, UsageSource } = spendfuse.v1;
export type DenialReason = spendfuse.v1.DenialReason;
export type Unit = spendfuse.v1.Unit;
export type UsageSource = spendfuse.v1.UsageSource;

export type WireBalance = spendfuse.v1.Balance.$Properties;
/** A watch has the same fields, and so have its messages. */
export type WireBalancesRequest = spendfuse.v1.GetBalancesRequest.$Properties;
export type WireBalancesResponse = spendfuse.v1.GetBalancesResponse.$Properties;
export type WireCall = spendfuse.v1.Call.$Properties;
/** A record has the same fields, and so has its answer. */
export type WireCommitRequest = spendfuse.v1.CommitRequest.$Properties;
export type WireCommitResponse = spendfuse.v1.CommitResponse.$Properties;
export type WireEstimate = spendfuse.v1.Estimate.$Properties;
export type WireExtendRequest = spendfuse.v1.ExtendRequest.$Properties;
export type WireExtendResponse = spendfuse.v1.ExtendResponse.$Properties;
export type WireHello = spendfuse.v1.Hello.$Properties;
export type WireRefusal = spendfuse.v1.Refusal.$Properties;
export type WireReleaseRequest = spendfuse.v1.ReleaseRequest.$Properties;
export type WireReleaseResponse = spendfuse.v1.ReleaseResponse.$Properties;
export type WireReserveRequest = spendfuse.v1.ReserveRequest.$Properties;
export type WireReserveResponse = spendfuse.v1.ReserveResponse.$Properties;
export type WireSessionCall = spendfuse.v1.SessionCall.$Properties;
export type WireSessionError = spendfuse.v1.SessionError.$Properties;
export type WireSessionReply = spendfuse.v1.SessionReply.$Properties;
export type WireSessionRequest = spendfuse.v1.SessionRequest.$Properties;
export type WireSessionResponse = spendfuse.v1.SessionResponse.$Properties;
export type WireUsage = spendfuse.v1.Usage.$Properties;
export type WireWelcome = spendfuse.v1.Welcome.$Properties;
