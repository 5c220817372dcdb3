/* oxlint-disable -- Generated from spendfuse/v1/budget.proto by generate.ts: edit those instead. */
import * as $protobuf from "protobufjs/minimal.js";

/** Namespace spendfuse. */
export namespace spendfuse {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a Call.
         * @deprecated Use spendfuse.v1.Call.$Properties instead.
         */
        interface ICall extends spendfuse.v1.Call.$Properties {
        }

        /** Represents a Call. */
        class Call {

            /**
             * Constructs a new Call.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.Call.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Call labels. */
            labels: { [k: string]: string };

            /** Call provider. */
            provider: string;

            /** Call model. */
            model: string;

            /** Call operation. */
            operation: string;

            /**
             * Encodes the specified Call message. Does not implicitly {@link spendfuse.v1.Call.verify|verify} messages.
             * @param message Call message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.Call.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Call message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.Call & spendfuse.v1.Call.$Shape} Call
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.Call & spendfuse.v1.Call.$Shape;
        }

        namespace Call {

            /** Properties of a Call. */
            interface $Properties {

                /** Call labels */
                labels?: { [k: string]: string };

                /** Call provider */
                provider?: string;

                /** Call model */
                model?: string;

                /** Call operation */
                operation?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Call. */
            type $Shape = spendfuse.v1.Call.$Properties;
        }

        /**
         * Properties of an Estimate.
         * @deprecated Use spendfuse.v1.Estimate.$Properties instead.
         */
        interface IEstimate extends spendfuse.v1.Estimate.$Properties {
        }

        /** Represents an Estimate. */
        class Estimate {

            /**
             * Constructs a new Estimate.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.Estimate.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Estimate inputTokens. */
            inputTokens: number;

            /** Estimate inputExact. */
            inputExact: boolean;

            /** Estimate maxOutputTokens. */
            maxOutputTokens: (number|null);

            /** Estimate choices. */
            choices: number;

            /** Estimate clampable. */
            clampable: boolean;

            /** Estimate soft. */
            soft: boolean;

            /** Estimate amounts. */
            amounts: { [k: string]: number };

            /** Estimate tier. */
            tier: string;

            /** Estimate downgradable. */
            downgradable: boolean;

            /** Estimate webSearches. */
            webSearches: number;

            /**
             * Encodes the specified Estimate message. Does not implicitly {@link spendfuse.v1.Estimate.verify|verify} messages.
             * @param message Estimate message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.Estimate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Estimate message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.Estimate & spendfuse.v1.Estimate.$Shape} Estimate
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.Estimate & spendfuse.v1.Estimate.$Shape;
        }

        namespace Estimate {

            /** Properties of an Estimate. */
            interface $Properties {

                /** Estimate inputTokens */
                inputTokens?: number;

                /** Estimate inputExact */
                inputExact?: boolean;

                /** Estimate maxOutputTokens */
                maxOutputTokens?: (number|null);

                /** Estimate choices */
                choices?: number;

                /** Estimate clampable */
                clampable?: boolean;

                /** Estimate soft */
                soft?: boolean;

                /** Estimate amounts */
                amounts?: { [k: string]: number };

                /** Estimate tier */
                tier?: string;

                /** Estimate downgradable */
                downgradable?: boolean;

                /** Estimate webSearches */
                webSearches?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Estimate. */
            type $Shape = spendfuse.v1.Estimate.$Properties;
        }

        /**
         * Properties of a Usage.
         * @deprecated Use spendfuse.v1.Usage.$Properties instead.
         */
        interface IUsage extends spendfuse.v1.Usage.$Properties {
        }

        /** Represents a Usage. */
        class Usage {

            /**
             * Constructs a new Usage.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.Usage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Usage inputTokens. */
            inputTokens: number;

            /** Usage outputTokens. */
            outputTokens: number;

            /** Usage cacheReadTokens. */
            cacheReadTokens: number;

            /** Usage cacheWriteTokens. */
            cacheWriteTokens: number;

            /** Usage reasoningTokens. */
            reasoningTokens: number;

            /** Usage inputAudioTokens. */
            inputAudioTokens: number;

            /** Usage outputAudioTokens. */
            outputAudioTokens: number;

            /** Usage cacheWrite1hTokens. */
            cacheWrite1hTokens: number;

            /** Usage inputImageTokens. */
            inputImageTokens: number;

            /** Usage outputImageTokens. */
            outputImageTokens: number;

            /** Usage webSearches. */
            webSearches: number;

            /**
             * Encodes the specified Usage message. Does not implicitly {@link spendfuse.v1.Usage.verify|verify} messages.
             * @param message Usage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.Usage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Usage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.Usage & spendfuse.v1.Usage.$Shape} Usage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.Usage & spendfuse.v1.Usage.$Shape;
        }

        namespace Usage {

            /** Properties of a Usage. */
            interface $Properties {

                /** Usage inputTokens */
                inputTokens?: number;

                /** Usage outputTokens */
                outputTokens?: number;

                /** Usage cacheReadTokens */
                cacheReadTokens?: number;

                /** Usage cacheWriteTokens */
                cacheWriteTokens?: number;

                /** Usage reasoningTokens */
                reasoningTokens?: number;

                /** Usage inputAudioTokens */
                inputAudioTokens?: number;

                /** Usage outputAudioTokens */
                outputAudioTokens?: number;

                /** Usage cacheWrite1hTokens */
                cacheWrite1hTokens?: number;

                /** Usage inputImageTokens */
                inputImageTokens?: number;

                /** Usage outputImageTokens */
                outputImageTokens?: number;

                /** Usage webSearches */
                webSearches?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Usage. */
            type $Shape = spendfuse.v1.Usage.$Properties;
        }

        /** UsageSource enum. */
        enum UsageSource {

            /** USAGE_SOURCE_UNSPECIFIED value */
            USAGE_SOURCE_UNSPECIFIED = 0,

            /** USAGE_SOURCE_PROVIDER value */
            USAGE_SOURCE_PROVIDER = 1,

            /** USAGE_SOURCE_ESTIMATED value */
            USAGE_SOURCE_ESTIMATED = 2
        }

        /** Outcome enum. */
        enum Outcome {

            /** OUTCOME_UNSPECIFIED value */
            OUTCOME_UNSPECIFIED = 0,

            /** OUTCOME_GRANTED value */
            OUTCOME_GRANTED = 1,

            /** OUTCOME_DENIED value */
            OUTCOME_DENIED = 2,

            /** OUTCOME_REFINE value */
            OUTCOME_REFINE = 3
        }

        /** DenialReason enum. */
        enum DenialReason {

            /** DENIAL_REASON_UNSPECIFIED value */
            DENIAL_REASON_UNSPECIFIED = 0,

            /** DENIAL_REASON_TOO_LARGE value */
            DENIAL_REASON_TOO_LARGE = 1,

            /** DENIAL_REASON_UNPRICED value */
            DENIAL_REASON_UNPRICED = 2,

            /** DENIAL_REASON_EXHAUSTED value */
            DENIAL_REASON_EXHAUSTED = 3,

            /** DENIAL_REASON_IN_FLIGHT value */
            DENIAL_REASON_IN_FLIGHT = 4,

            /** DENIAL_REASON_UNAVAILABLE value */
            DENIAL_REASON_UNAVAILABLE = 5
        }

        /** Unit enum. */
        enum Unit {

            /** UNIT_UNSPECIFIED value */
            UNIT_UNSPECIFIED = 0,

            /** UNIT_COST value */
            UNIT_COST = 1,

            /** UNIT_TOKENS value */
            UNIT_TOKENS = 2,

            /** UNIT_REQUESTS value */
            UNIT_REQUESTS = 3,

            /** UNIT_INPUT_TOKENS value */
            UNIT_INPUT_TOKENS = 4,

            /** UNIT_OUTPUT_TOKENS value */
            UNIT_OUTPUT_TOKENS = 5,

            /** UNIT_CONCURRENCY value */
            UNIT_CONCURRENCY = 6,

            /** UNIT_CUSTOM value */
            UNIT_CUSTOM = 7
        }

        /** Mode enum. */
        enum Mode {

            /** MODE_UNSPECIFIED value */
            MODE_UNSPECIFIED = 0,

            /** MODE_ENFORCE value */
            MODE_ENFORCE = 1,

            /** MODE_SHADOW value */
            MODE_SHADOW = 2
        }

        /**
         * Properties of a Refusal.
         * @deprecated Use spendfuse.v1.Refusal.$Properties instead.
         */
        interface IRefusal extends spendfuse.v1.Refusal.$Properties {
        }

        /** Represents a Refusal. */
        class Refusal {

            /**
             * Constructs a new Refusal.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.Refusal.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Refusal reason. */
            reason: spendfuse.v1.DenialReason;

            /** Refusal budget. */
            budget: string;

            /** Refusal scope. */
            scope: { [k: string]: string };

            /** Refusal unit. */
            unit: spendfuse.v1.Unit;

            /** Refusal window. */
            window: string;

            /** Refusal limit. */
            limit: number;

            /** Refusal committed. */
            committed: number;

            /** Refusal reserved. */
            reserved: number;

            /** Refusal requested. */
            requested: number;

            /** Refusal resetAtMs. */
            resetAtMs: (number|null);

            /** Refusal customUnit. */
            customUnit: string;

            /** Refusal detail. */
            detail: string;

            /**
             * Encodes the specified Refusal message. Does not implicitly {@link spendfuse.v1.Refusal.verify|verify} messages.
             * @param message Refusal message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.Refusal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Refusal message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.Refusal & spendfuse.v1.Refusal.$Shape} Refusal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.Refusal & spendfuse.v1.Refusal.$Shape;
        }

        namespace Refusal {

            /** Properties of a Refusal. */
            interface $Properties {

                /** Refusal reason */
                reason?: spendfuse.v1.DenialReason;

                /** Refusal budget */
                budget?: string;

                /** Refusal scope */
                scope?: { [k: string]: string };

                /** Refusal unit */
                unit?: spendfuse.v1.Unit;

                /** Refusal window */
                window?: string;

                /** Refusal limit */
                limit?: number;

                /** Refusal committed */
                committed?: number;

                /** Refusal reserved */
                reserved?: number;

                /** Refusal requested */
                requested?: number;

                /** Refusal resetAtMs */
                resetAtMs?: (number|null);

                /** Refusal customUnit */
                customUnit?: string;

                /** Refusal detail */
                detail?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Refusal. */
            type $Shape = spendfuse.v1.Refusal.$Properties;
        }

        /**
         * Properties of a ReserveRequest.
         * @deprecated Use spendfuse.v1.ReserveRequest.$Properties instead.
         */
        interface IReserveRequest extends spendfuse.v1.ReserveRequest.$Properties {
        }

        /** Represents a ReserveRequest. */
        class ReserveRequest {

            /**
             * Constructs a new ReserveRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.ReserveRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReserveRequest id. */
            id: string;

            /** ReserveRequest call. */
            call: spendfuse.v1.Call;

            /** ReserveRequest estimate. */
            estimate: spendfuse.v1.Estimate;

            /** ReserveRequest ttlMs. */
            ttlMs: number;

            /** ReserveRequest maxWaitMs. */
            maxWaitMs: number;

            /**
             * Encodes the specified ReserveRequest message. Does not implicitly {@link spendfuse.v1.ReserveRequest.verify|verify} messages.
             * @param message ReserveRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.ReserveRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReserveRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.ReserveRequest & spendfuse.v1.ReserveRequest.$Shape} ReserveRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.ReserveRequest & spendfuse.v1.ReserveRequest.$Shape;
        }

        namespace ReserveRequest {

            /** Properties of a ReserveRequest. */
            interface $Properties {

                /** ReserveRequest id */
                id?: string;

                /** ReserveRequest call */
                call?: spendfuse.v1.Call.$Properties;

                /** ReserveRequest estimate */
                estimate?: spendfuse.v1.Estimate.$Properties;

                /** ReserveRequest ttlMs */
                ttlMs?: number;

                /** ReserveRequest maxWaitMs */
                maxWaitMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReserveRequest. */
            type $Shape = spendfuse.v1.ReserveRequest.$Properties;
        }

        /**
         * Properties of a ReserveResponse.
         * @deprecated Use spendfuse.v1.ReserveResponse.$Properties instead.
         */
        interface IReserveResponse extends spendfuse.v1.ReserveResponse.$Properties {
        }

        /** Represents a ReserveResponse. */
        class ReserveResponse {

            /**
             * Constructs a new ReserveResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.ReserveResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReserveResponse id. */
            id: string;

            /** ReserveResponse outcome. */
            outcome: spendfuse.v1.Outcome;

            /** ReserveResponse expiresAtMs. */
            expiresAtMs: number;

            /** ReserveResponse heldCostNanoUsd. */
            heldCostNanoUsd: (number|null);

            /** ReserveResponse heldTokens. */
            heldTokens: number;

            /** ReserveResponse maxOutputTokens. */
            maxOutputTokens: (number|null);

            /** ReserveResponse shadow. */
            shadow: spendfuse.v1.Refusal[];

            /** ReserveResponse reason. */
            reason: spendfuse.v1.DenialReason;

            /** ReserveResponse refusals. */
            refusals: spendfuse.v1.Refusal[];

            /** ReserveResponse resetAtMs. */
            resetAtMs: (number|null);

            /** ReserveResponse retryAfterMs. */
            retryAfterMs: (number|null);

            /** ReserveResponse waitedMs. */
            waitedMs: number;

            /** ReserveResponse model. */
            model: string;

            /** ReserveResponse heldOutputTokens. */
            heldOutputTokens: (number|null);

            /**
             * Encodes the specified ReserveResponse message. Does not implicitly {@link spendfuse.v1.ReserveResponse.verify|verify} messages.
             * @param message ReserveResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.ReserveResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReserveResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.ReserveResponse & spendfuse.v1.ReserveResponse.$Shape} ReserveResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.ReserveResponse & spendfuse.v1.ReserveResponse.$Shape;
        }

        namespace ReserveResponse {

            /** Properties of a ReserveResponse. */
            interface $Properties {

                /** ReserveResponse id */
                id?: string;

                /** ReserveResponse outcome */
                outcome?: spendfuse.v1.Outcome;

                /** ReserveResponse expiresAtMs */
                expiresAtMs?: number;

                /** ReserveResponse heldCostNanoUsd */
                heldCostNanoUsd?: (number|null);

                /** ReserveResponse heldTokens */
                heldTokens?: number;

                /** ReserveResponse maxOutputTokens */
                maxOutputTokens?: (number|null);

                /** ReserveResponse shadow */
                shadow?: spendfuse.v1.Refusal.$Properties[];

                /** ReserveResponse reason */
                reason?: spendfuse.v1.DenialReason;

                /** ReserveResponse refusals */
                refusals?: spendfuse.v1.Refusal.$Properties[];

                /** ReserveResponse resetAtMs */
                resetAtMs?: (number|null);

                /** ReserveResponse retryAfterMs */
                retryAfterMs?: (number|null);

                /** ReserveResponse waitedMs */
                waitedMs?: number;

                /** ReserveResponse model */
                model?: string;

                /** ReserveResponse heldOutputTokens */
                heldOutputTokens?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReserveResponse. */
            type $Shape = spendfuse.v1.ReserveResponse.$Properties;
        }

        /**
         * Properties of a CommitRequest.
         * @deprecated Use spendfuse.v1.CommitRequest.$Properties instead.
         */
        interface ICommitRequest extends spendfuse.v1.CommitRequest.$Properties {
        }

        /** Represents a CommitRequest. */
        class CommitRequest {

            /**
             * Constructs a new CommitRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.CommitRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CommitRequest id. */
            id: string;

            /** CommitRequest usage. */
            usage: spendfuse.v1.Usage;

            /** CommitRequest usageSource. */
            usageSource: spendfuse.v1.UsageSource;

            /** CommitRequest responseModel. */
            responseModel: string;

            /** CommitRequest call. */
            call: spendfuse.v1.Call;

            /** CommitRequest reservedAtMs. */
            reservedAtMs: number;

            /** CommitRequest amounts. */
            amounts: { [k: string]: number };

            /** CommitRequest tier. */
            tier: string;

            /**
             * Encodes the specified CommitRequest message. Does not implicitly {@link spendfuse.v1.CommitRequest.verify|verify} messages.
             * @param message CommitRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.CommitRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CommitRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.CommitRequest & spendfuse.v1.CommitRequest.$Shape} CommitRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.CommitRequest & spendfuse.v1.CommitRequest.$Shape;
        }

        namespace CommitRequest {

            /** Properties of a CommitRequest. */
            interface $Properties {

                /** CommitRequest id */
                id?: string;

                /** CommitRequest usage */
                usage?: spendfuse.v1.Usage.$Properties;

                /** CommitRequest usageSource */
                usageSource?: spendfuse.v1.UsageSource;

                /** CommitRequest responseModel */
                responseModel?: string;

                /** CommitRequest call */
                call?: spendfuse.v1.Call.$Properties;

                /** CommitRequest reservedAtMs */
                reservedAtMs?: number;

                /** CommitRequest amounts */
                amounts?: { [k: string]: number };

                /** CommitRequest tier */
                tier?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CommitRequest. */
            type $Shape = spendfuse.v1.CommitRequest.$Properties;
        }

        /**
         * Properties of a CommitResponse.
         * @deprecated Use spendfuse.v1.CommitResponse.$Properties instead.
         */
        interface ICommitResponse extends spendfuse.v1.CommitResponse.$Properties {
        }

        /** Represents a CommitResponse. */
        class CommitResponse {

            /**
             * Constructs a new CommitResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.CommitResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CommitResponse id. */
            id: string;

            /** CommitResponse costNanoUsd. */
            costNanoUsd: (number|null);

            /** CommitResponse catalogue. */
            catalogue: string;

            /** CommitResponse overrunNanoUsd. */
            overrunNanoUsd: number;

            /** CommitResponse late. */
            late: boolean;

            /**
             * Encodes the specified CommitResponse message. Does not implicitly {@link spendfuse.v1.CommitResponse.verify|verify} messages.
             * @param message CommitResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.CommitResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CommitResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.CommitResponse & spendfuse.v1.CommitResponse.$Shape} CommitResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.CommitResponse & spendfuse.v1.CommitResponse.$Shape;
        }

        namespace CommitResponse {

            /** Properties of a CommitResponse. */
            interface $Properties {

                /** CommitResponse id */
                id?: string;

                /** CommitResponse costNanoUsd */
                costNanoUsd?: (number|null);

                /** CommitResponse catalogue */
                catalogue?: string;

                /** CommitResponse overrunNanoUsd */
                overrunNanoUsd?: number;

                /** CommitResponse late */
                late?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CommitResponse. */
            type $Shape = spendfuse.v1.CommitResponse.$Properties;
        }

        /**
         * Properties of a ReleaseRequest.
         * @deprecated Use spendfuse.v1.ReleaseRequest.$Properties instead.
         */
        interface IReleaseRequest extends spendfuse.v1.ReleaseRequest.$Properties {
        }

        /** Represents a ReleaseRequest. */
        class ReleaseRequest {

            /**
             * Constructs a new ReleaseRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.ReleaseRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReleaseRequest id. */
            id: string;

            /** ReleaseRequest sent. */
            sent: boolean;

            /**
             * Encodes the specified ReleaseRequest message. Does not implicitly {@link spendfuse.v1.ReleaseRequest.verify|verify} messages.
             * @param message ReleaseRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.ReleaseRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReleaseRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.ReleaseRequest & spendfuse.v1.ReleaseRequest.$Shape} ReleaseRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.ReleaseRequest & spendfuse.v1.ReleaseRequest.$Shape;
        }

        namespace ReleaseRequest {

            /** Properties of a ReleaseRequest. */
            interface $Properties {

                /** ReleaseRequest id */
                id?: string;

                /** ReleaseRequest sent */
                sent?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReleaseRequest. */
            type $Shape = spendfuse.v1.ReleaseRequest.$Properties;
        }

        /**
         * Properties of a ReleaseResponse.
         * @deprecated Use spendfuse.v1.ReleaseResponse.$Properties instead.
         */
        interface IReleaseResponse extends spendfuse.v1.ReleaseResponse.$Properties {
        }

        /** Represents a ReleaseResponse. */
        class ReleaseResponse {

            /**
             * Constructs a new ReleaseResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.ReleaseResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReleaseResponse id. */
            id: string;

            /**
             * Encodes the specified ReleaseResponse message. Does not implicitly {@link spendfuse.v1.ReleaseResponse.verify|verify} messages.
             * @param message ReleaseResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.ReleaseResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReleaseResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.ReleaseResponse & spendfuse.v1.ReleaseResponse.$Shape} ReleaseResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.ReleaseResponse & spendfuse.v1.ReleaseResponse.$Shape;
        }

        namespace ReleaseResponse {

            /** Properties of a ReleaseResponse. */
            interface $Properties {

                /** ReleaseResponse id */
                id?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReleaseResponse. */
            type $Shape = spendfuse.v1.ReleaseResponse.$Properties;
        }

        /**
         * Properties of an ExtendRequest.
         * @deprecated Use spendfuse.v1.ExtendRequest.$Properties instead.
         */
        interface IExtendRequest extends spendfuse.v1.ExtendRequest.$Properties {
        }

        /** Represents an ExtendRequest. */
        class ExtendRequest {

            /**
             * Constructs a new ExtendRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.ExtendRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ExtendRequest id. */
            id: string;

            /** ExtendRequest ttlMs. */
            ttlMs: number;

            /** ExtendRequest outputTokens. */
            outputTokens: (number|null);

            /**
             * Encodes the specified ExtendRequest message. Does not implicitly {@link spendfuse.v1.ExtendRequest.verify|verify} messages.
             * @param message ExtendRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.ExtendRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ExtendRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.ExtendRequest & spendfuse.v1.ExtendRequest.$Shape} ExtendRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.ExtendRequest & spendfuse.v1.ExtendRequest.$Shape;
        }

        namespace ExtendRequest {

            /** Properties of an ExtendRequest. */
            interface $Properties {

                /** ExtendRequest id */
                id?: string;

                /** ExtendRequest ttlMs */
                ttlMs?: number;

                /** ExtendRequest outputTokens */
                outputTokens?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ExtendRequest. */
            type $Shape = spendfuse.v1.ExtendRequest.$Properties;
        }

        /**
         * Properties of an ExtendResponse.
         * @deprecated Use spendfuse.v1.ExtendResponse.$Properties instead.
         */
        interface IExtendResponse extends spendfuse.v1.ExtendResponse.$Properties {
        }

        /** Represents an ExtendResponse. */
        class ExtendResponse {

            /**
             * Constructs a new ExtendResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.ExtendResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ExtendResponse id. */
            id: string;

            /** ExtendResponse expiresAtMs. */
            expiresAtMs: number;

            /** ExtendResponse outcome. */
            outcome: spendfuse.v1.Outcome;

            /** ExtendResponse heldCostNanoUsd. */
            heldCostNanoUsd: (number|null);

            /** ExtendResponse heldTokens. */
            heldTokens: number;

            /** ExtendResponse reason. */
            reason: spendfuse.v1.DenialReason;

            /** ExtendResponse refusals. */
            refusals: spendfuse.v1.Refusal[];

            /** ExtendResponse resetAtMs. */
            resetAtMs: (number|null);

            /** ExtendResponse retryAfterMs. */
            retryAfterMs: (number|null);

            /**
             * Encodes the specified ExtendResponse message. Does not implicitly {@link spendfuse.v1.ExtendResponse.verify|verify} messages.
             * @param message ExtendResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.ExtendResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ExtendResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.ExtendResponse & spendfuse.v1.ExtendResponse.$Shape} ExtendResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.ExtendResponse & spendfuse.v1.ExtendResponse.$Shape;
        }

        namespace ExtendResponse {

            /** Properties of an ExtendResponse. */
            interface $Properties {

                /** ExtendResponse id */
                id?: string;

                /** ExtendResponse expiresAtMs */
                expiresAtMs?: number;

                /** ExtendResponse outcome */
                outcome?: spendfuse.v1.Outcome;

                /** ExtendResponse heldCostNanoUsd */
                heldCostNanoUsd?: (number|null);

                /** ExtendResponse heldTokens */
                heldTokens?: number;

                /** ExtendResponse reason */
                reason?: spendfuse.v1.DenialReason;

                /** ExtendResponse refusals */
                refusals?: spendfuse.v1.Refusal.$Properties[];

                /** ExtendResponse resetAtMs */
                resetAtMs?: (number|null);

                /** ExtendResponse retryAfterMs */
                retryAfterMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ExtendResponse. */
            type $Shape = spendfuse.v1.ExtendResponse.$Properties;
        }

        /**
         * Properties of a RecordRequest.
         * @deprecated Use spendfuse.v1.RecordRequest.$Properties instead.
         */
        interface IRecordRequest extends spendfuse.v1.RecordRequest.$Properties {
        }

        /** Represents a RecordRequest. */
        class RecordRequest {

            /**
             * Constructs a new RecordRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.RecordRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RecordRequest id. */
            id: string;

            /** RecordRequest usage. */
            usage: spendfuse.v1.Usage;

            /** RecordRequest usageSource. */
            usageSource: spendfuse.v1.UsageSource;

            /** RecordRequest responseModel. */
            responseModel: string;

            /** RecordRequest call. */
            call: spendfuse.v1.Call;

            /** RecordRequest reservedAtMs. */
            reservedAtMs: number;

            /** RecordRequest amounts. */
            amounts: { [k: string]: number };

            /** RecordRequest tier. */
            tier: string;

            /**
             * Encodes the specified RecordRequest message. Does not implicitly {@link spendfuse.v1.RecordRequest.verify|verify} messages.
             * @param message RecordRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.RecordRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RecordRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.RecordRequest & spendfuse.v1.RecordRequest.$Shape} RecordRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.RecordRequest & spendfuse.v1.RecordRequest.$Shape;
        }

        namespace RecordRequest {

            /** Properties of a RecordRequest. */
            interface $Properties {

                /** RecordRequest id */
                id?: string;

                /** RecordRequest usage */
                usage?: spendfuse.v1.Usage.$Properties;

                /** RecordRequest usageSource */
                usageSource?: spendfuse.v1.UsageSource;

                /** RecordRequest responseModel */
                responseModel?: string;

                /** RecordRequest call */
                call?: spendfuse.v1.Call.$Properties;

                /** RecordRequest reservedAtMs */
                reservedAtMs?: number;

                /** RecordRequest amounts */
                amounts?: { [k: string]: number };

                /** RecordRequest tier */
                tier?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RecordRequest. */
            type $Shape = spendfuse.v1.RecordRequest.$Properties;
        }

        /**
         * Properties of a RecordResponse.
         * @deprecated Use spendfuse.v1.RecordResponse.$Properties instead.
         */
        interface IRecordResponse extends spendfuse.v1.RecordResponse.$Properties {
        }

        /** Represents a RecordResponse. */
        class RecordResponse {

            /**
             * Constructs a new RecordResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.RecordResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RecordResponse id. */
            id: string;

            /** RecordResponse costNanoUsd. */
            costNanoUsd: (number|null);

            /** RecordResponse catalogue. */
            catalogue: string;

            /** RecordResponse overrunNanoUsd. */
            overrunNanoUsd: number;

            /** RecordResponse late. */
            late: boolean;

            /**
             * Encodes the specified RecordResponse message. Does not implicitly {@link spendfuse.v1.RecordResponse.verify|verify} messages.
             * @param message RecordResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.RecordResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RecordResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.RecordResponse & spendfuse.v1.RecordResponse.$Shape} RecordResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.RecordResponse & spendfuse.v1.RecordResponse.$Shape;
        }

        namespace RecordResponse {

            /** Properties of a RecordResponse. */
            interface $Properties {

                /** RecordResponse id */
                id?: string;

                /** RecordResponse costNanoUsd */
                costNanoUsd?: (number|null);

                /** RecordResponse catalogue */
                catalogue?: string;

                /** RecordResponse overrunNanoUsd */
                overrunNanoUsd?: number;

                /** RecordResponse late */
                late?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RecordResponse. */
            type $Shape = spendfuse.v1.RecordResponse.$Properties;
        }

        /**
         * Properties of a Balance.
         * @deprecated Use spendfuse.v1.Balance.$Properties instead.
         */
        interface IBalance extends spendfuse.v1.Balance.$Properties {
        }

        /** Represents a Balance. */
        class Balance {

            /**
             * Constructs a new Balance.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.Balance.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Balance budget. */
            budget: string;

            /** Balance scope. */
            scope: { [k: string]: string };

            /** Balance unit. */
            unit: spendfuse.v1.Unit;

            /** Balance window. */
            window: string;

            /** Balance limit. */
            limit: number;

            /** Balance committed. */
            committed: number;

            /** Balance reserved. */
            reserved: number;

            /** Balance remaining. */
            remaining: number;

            /** Balance resetAtMs. */
            resetAtMs: (number|null);

            /** Balance mode. */
            mode: spendfuse.v1.Mode;

            /** Balance customUnit. */
            customUnit: string;

            /**
             * Encodes the specified Balance message. Does not implicitly {@link spendfuse.v1.Balance.verify|verify} messages.
             * @param message Balance message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.Balance.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Balance message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.Balance & spendfuse.v1.Balance.$Shape} Balance
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.Balance & spendfuse.v1.Balance.$Shape;
        }

        namespace Balance {

            /** Properties of a Balance. */
            interface $Properties {

                /** Balance budget */
                budget?: string;

                /** Balance scope */
                scope?: { [k: string]: string };

                /** Balance unit */
                unit?: spendfuse.v1.Unit;

                /** Balance window */
                window?: string;

                /** Balance limit */
                limit?: number;

                /** Balance committed */
                committed?: number;

                /** Balance reserved */
                reserved?: number;

                /** Balance remaining */
                remaining?: number;

                /** Balance resetAtMs */
                resetAtMs?: (number|null);

                /** Balance mode */
                mode?: spendfuse.v1.Mode;

                /** Balance customUnit */
                customUnit?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Balance. */
            type $Shape = spendfuse.v1.Balance.$Properties;
        }

        /**
         * Properties of a GetBalancesRequest.
         * @deprecated Use spendfuse.v1.GetBalancesRequest.$Properties instead.
         */
        interface IGetBalancesRequest extends spendfuse.v1.GetBalancesRequest.$Properties {
        }

        /** Represents a GetBalancesRequest. */
        class GetBalancesRequest {

            /**
             * Constructs a new GetBalancesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.GetBalancesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetBalancesRequest budget. */
            budget: string;

            /** GetBalancesRequest scope. */
            scope: { [k: string]: string };

            /**
             * Encodes the specified GetBalancesRequest message. Does not implicitly {@link spendfuse.v1.GetBalancesRequest.verify|verify} messages.
             * @param message GetBalancesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.GetBalancesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetBalancesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.GetBalancesRequest & spendfuse.v1.GetBalancesRequest.$Shape} GetBalancesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.GetBalancesRequest & spendfuse.v1.GetBalancesRequest.$Shape;
        }

        namespace GetBalancesRequest {

            /** Properties of a GetBalancesRequest. */
            interface $Properties {

                /** GetBalancesRequest budget */
                budget?: string;

                /** GetBalancesRequest scope */
                scope?: { [k: string]: string };

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetBalancesRequest. */
            type $Shape = spendfuse.v1.GetBalancesRequest.$Properties;
        }

        /**
         * Properties of a GetBalancesResponse.
         * @deprecated Use spendfuse.v1.GetBalancesResponse.$Properties instead.
         */
        interface IGetBalancesResponse extends spendfuse.v1.GetBalancesResponse.$Properties {
        }

        /** Represents a GetBalancesResponse. */
        class GetBalancesResponse {

            /**
             * Constructs a new GetBalancesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.GetBalancesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetBalancesResponse balances. */
            balances: spendfuse.v1.Balance[];

            /**
             * Encodes the specified GetBalancesResponse message. Does not implicitly {@link spendfuse.v1.GetBalancesResponse.verify|verify} messages.
             * @param message GetBalancesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.GetBalancesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetBalancesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.GetBalancesResponse & spendfuse.v1.GetBalancesResponse.$Shape} GetBalancesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.GetBalancesResponse & spendfuse.v1.GetBalancesResponse.$Shape;
        }

        namespace GetBalancesResponse {

            /** Properties of a GetBalancesResponse. */
            interface $Properties {

                /** GetBalancesResponse balances */
                balances?: spendfuse.v1.Balance.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetBalancesResponse. */
            type $Shape = spendfuse.v1.GetBalancesResponse.$Properties;
        }

        /**
         * Properties of a WatchBalancesRequest.
         * @deprecated Use spendfuse.v1.WatchBalancesRequest.$Properties instead.
         */
        interface IWatchBalancesRequest extends spendfuse.v1.WatchBalancesRequest.$Properties {
        }

        /** Represents a WatchBalancesRequest. */
        class WatchBalancesRequest {

            /**
             * Constructs a new WatchBalancesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.WatchBalancesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WatchBalancesRequest budget. */
            budget: string;

            /** WatchBalancesRequest scope. */
            scope: { [k: string]: string };

            /**
             * Encodes the specified WatchBalancesRequest message. Does not implicitly {@link spendfuse.v1.WatchBalancesRequest.verify|verify} messages.
             * @param message WatchBalancesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.WatchBalancesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WatchBalancesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.WatchBalancesRequest & spendfuse.v1.WatchBalancesRequest.$Shape} WatchBalancesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.WatchBalancesRequest & spendfuse.v1.WatchBalancesRequest.$Shape;
        }

        namespace WatchBalancesRequest {

            /** Properties of a WatchBalancesRequest. */
            interface $Properties {

                /** WatchBalancesRequest budget */
                budget?: string;

                /** WatchBalancesRequest scope */
                scope?: { [k: string]: string };

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WatchBalancesRequest. */
            type $Shape = spendfuse.v1.WatchBalancesRequest.$Properties;
        }

        /**
         * Properties of a WatchBalancesResponse.
         * @deprecated Use spendfuse.v1.WatchBalancesResponse.$Properties instead.
         */
        interface IWatchBalancesResponse extends spendfuse.v1.WatchBalancesResponse.$Properties {
        }

        /** Represents a WatchBalancesResponse. */
        class WatchBalancesResponse {

            /**
             * Constructs a new WatchBalancesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.WatchBalancesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WatchBalancesResponse balances. */
            balances: spendfuse.v1.Balance[];

            /**
             * Encodes the specified WatchBalancesResponse message. Does not implicitly {@link spendfuse.v1.WatchBalancesResponse.verify|verify} messages.
             * @param message WatchBalancesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.WatchBalancesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WatchBalancesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.WatchBalancesResponse & spendfuse.v1.WatchBalancesResponse.$Shape} WatchBalancesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.WatchBalancesResponse & spendfuse.v1.WatchBalancesResponse.$Shape;
        }

        namespace WatchBalancesResponse {

            /** Properties of a WatchBalancesResponse. */
            interface $Properties {

                /** WatchBalancesResponse balances */
                balances?: spendfuse.v1.Balance.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WatchBalancesResponse. */
            type $Shape = spendfuse.v1.WatchBalancesResponse.$Properties;
        }

        /**
         * Properties of a SessionRequest.
         * @deprecated Use spendfuse.v1.SessionRequest.$Properties instead.
         */
        interface ISessionRequest extends spendfuse.v1.SessionRequest.$Properties {
        }

        /** Represents a SessionRequest. */
        class SessionRequest {

            /**
             * Constructs a new SessionRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.SessionRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SessionRequest hello. */
            hello: spendfuse.v1.Hello;

            /** SessionRequest calls. */
            calls: spendfuse.v1.SessionCall[];

            /**
             * Encodes the specified SessionRequest message. Does not implicitly {@link spendfuse.v1.SessionRequest.verify|verify} messages.
             * @param message SessionRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.SessionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SessionRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.SessionRequest & spendfuse.v1.SessionRequest.$Shape} SessionRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.SessionRequest & spendfuse.v1.SessionRequest.$Shape;
        }

        namespace SessionRequest {

            /** Properties of a SessionRequest. */
            interface $Properties {

                /** SessionRequest hello */
                hello?: spendfuse.v1.Hello.$Properties;

                /** SessionRequest calls */
                calls?: spendfuse.v1.SessionCall.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SessionRequest. */
            type $Shape = {
              hello?: spendfuse.v1.Hello.$Shape;
              calls?: spendfuse.v1.SessionCall.$Shape[];
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a SessionResponse.
         * @deprecated Use spendfuse.v1.SessionResponse.$Properties instead.
         */
        interface ISessionResponse extends spendfuse.v1.SessionResponse.$Properties {
        }

        /** Represents a SessionResponse. */
        class SessionResponse {

            /**
             * Constructs a new SessionResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.SessionResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SessionResponse welcome. */
            welcome: spendfuse.v1.Welcome;

            /** SessionResponse replies. */
            replies: spendfuse.v1.SessionReply[];

            /**
             * Encodes the specified SessionResponse message. Does not implicitly {@link spendfuse.v1.SessionResponse.verify|verify} messages.
             * @param message SessionResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.SessionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SessionResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.SessionResponse & spendfuse.v1.SessionResponse.$Shape} SessionResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.SessionResponse & spendfuse.v1.SessionResponse.$Shape;
        }

        namespace SessionResponse {

            /** Properties of a SessionResponse. */
            interface $Properties {

                /** SessionResponse welcome */
                welcome?: spendfuse.v1.Welcome.$Properties;

                /** SessionResponse replies */
                replies?: spendfuse.v1.SessionReply.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SessionResponse. */
            type $Shape = {
              welcome?: spendfuse.v1.Welcome.$Shape;
              replies?: spendfuse.v1.SessionReply.$Shape[];
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a Hello.
         * @deprecated Use spendfuse.v1.Hello.$Properties instead.
         */
        interface IHello extends spendfuse.v1.Hello.$Properties {
        }

        /** Represents a Hello. */
        class Hello {

            /**
             * Constructs a new Hello.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.Hello.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Hello version. */
            version: number;

            /** Hello features. */
            features: string[];

            /** Hello client. */
            client: string;

            /**
             * Encodes the specified Hello message. Does not implicitly {@link spendfuse.v1.Hello.verify|verify} messages.
             * @param message Hello message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.Hello & spendfuse.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.Hello & spendfuse.v1.Hello.$Shape;
        }

        namespace Hello {

            /** Properties of a Hello. */
            interface $Properties {

                /** Hello version */
                version?: number;

                /** Hello features */
                features?: string[];

                /** Hello client */
                client?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hello. */
            type $Shape = spendfuse.v1.Hello.$Properties;
        }

        /**
         * Properties of a Welcome.
         * @deprecated Use spendfuse.v1.Welcome.$Properties instead.
         */
        interface IWelcome extends spendfuse.v1.Welcome.$Properties {
        }

        /** Represents a Welcome. */
        class Welcome {

            /**
             * Constructs a new Welcome.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.Welcome.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Welcome version. */
            version: number;

            /** Welcome features. */
            features: string[];

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link spendfuse.v1.Welcome.verify|verify} messages.
             * @param message Welcome message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.Welcome & spendfuse.v1.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.Welcome & spendfuse.v1.Welcome.$Shape;
        }

        namespace Welcome {

            /** Properties of a Welcome. */
            interface $Properties {

                /** Welcome version */
                version?: number;

                /** Welcome features */
                features?: string[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Welcome. */
            type $Shape = spendfuse.v1.Welcome.$Properties;
        }

        /**
         * Properties of a SessionCall.
         * @deprecated Use spendfuse.v1.SessionCall.$Properties instead.
         */
        interface ISessionCall extends spendfuse.v1.SessionCall.$Properties {
        }

        /** Represents a SessionCall. */
        class SessionCall {

            /**
             * Constructs a new SessionCall.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.SessionCall.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SessionCall seq. */
            seq: number;

            /** SessionCall reserve. */
            reserve: (spendfuse.v1.ReserveRequest|null);

            /** SessionCall commit. */
            commit: (spendfuse.v1.CommitRequest|null);

            /** SessionCall release. */
            release: (spendfuse.v1.ReleaseRequest|null);

            /** SessionCall extend. */
            extend: (spendfuse.v1.ExtendRequest|null);

            /** SessionCall record. */
            record: (spendfuse.v1.RecordRequest|null);

            /** SessionCall getBalances. */
            getBalances: (spendfuse.v1.GetBalancesRequest|null);

            /** SessionCall verb. */
            verb?: ("reserve"|"commit"|"release"|"extend"|"record"|"getBalances");

            /**
             * Encodes the specified SessionCall message. Does not implicitly {@link spendfuse.v1.SessionCall.verify|verify} messages.
             * @param message SessionCall message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.SessionCall.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SessionCall message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.SessionCall & spendfuse.v1.SessionCall.$Shape} SessionCall
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.SessionCall & spendfuse.v1.SessionCall.$Shape;
        }

        namespace SessionCall {

            /** Properties of a SessionCall. */
            interface $Properties {

                /** SessionCall seq */
                seq?: number;

                /** SessionCall reserve */
                reserve?: (spendfuse.v1.ReserveRequest.$Properties|null);

                /** SessionCall commit */
                commit?: (spendfuse.v1.CommitRequest.$Properties|null);

                /** SessionCall release */
                release?: (spendfuse.v1.ReleaseRequest.$Properties|null);

                /** SessionCall extend */
                extend?: (spendfuse.v1.ExtendRequest.$Properties|null);

                /** SessionCall record */
                record?: (spendfuse.v1.RecordRequest.$Properties|null);

                /** SessionCall getBalances */
                getBalances?: (spendfuse.v1.GetBalancesRequest.$Properties|null);

                /** SessionCall verb */
                verb?: ("reserve"|"commit"|"release"|"extend"|"record"|"getBalances");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a SessionCall. */
            type $Shape = {
              seq?: number;
              reserve?: spendfuse.v1.ReserveRequest.$Shape|null;
              commit?: spendfuse.v1.CommitRequest.$Shape|null;
              release?: spendfuse.v1.ReleaseRequest.$Shape|null;
              extend?: spendfuse.v1.ExtendRequest.$Shape|null;
              record?: spendfuse.v1.RecordRequest.$Shape|null;
              getBalances?: spendfuse.v1.GetBalancesRequest.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ verb?: undefined; reserve?: null; commit?: null; release?: null; extend?: null; record?: null; getBalances?: null }|{ verb?: "reserve"; reserve: spendfuse.v1.ReserveRequest.$Shape; commit?: null; release?: null; extend?: null; record?: null; getBalances?: null }|{ verb?: "commit"; reserve?: null; commit: spendfuse.v1.CommitRequest.$Shape; release?: null; extend?: null; record?: null; getBalances?: null }|{ verb?: "release"; reserve?: null; commit?: null; release: spendfuse.v1.ReleaseRequest.$Shape; extend?: null; record?: null; getBalances?: null }|{ verb?: "extend"; reserve?: null; commit?: null; release?: null; extend: spendfuse.v1.ExtendRequest.$Shape; record?: null; getBalances?: null }|{ verb?: "record"; reserve?: null; commit?: null; release?: null; extend?: null; record: spendfuse.v1.RecordRequest.$Shape; getBalances?: null }|{ verb?: "getBalances"; reserve?: null; commit?: null; release?: null; extend?: null; record?: null; getBalances: spendfuse.v1.GetBalancesRequest.$Shape })
            );
        }

        /**
         * Properties of a SessionReply.
         * @deprecated Use spendfuse.v1.SessionReply.$Properties instead.
         */
        interface ISessionReply extends spendfuse.v1.SessionReply.$Properties {
        }

        /** Represents a SessionReply. */
        class SessionReply {

            /**
             * Constructs a new SessionReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.SessionReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SessionReply seq. */
            seq: number;

            /** SessionReply reserve. */
            reserve: (spendfuse.v1.ReserveResponse|null);

            /** SessionReply commit. */
            commit: (spendfuse.v1.CommitResponse|null);

            /** SessionReply release. */
            release: (spendfuse.v1.ReleaseResponse|null);

            /** SessionReply extend. */
            extend: (spendfuse.v1.ExtendResponse|null);

            /** SessionReply record. */
            record: (spendfuse.v1.RecordResponse|null);

            /** SessionReply getBalances. */
            getBalances: (spendfuse.v1.GetBalancesResponse|null);

            /** SessionReply error. */
            error: (spendfuse.v1.SessionError|null);

            /** SessionReply result. */
            result?: ("reserve"|"commit"|"release"|"extend"|"record"|"getBalances"|"error");

            /**
             * Encodes the specified SessionReply message. Does not implicitly {@link spendfuse.v1.SessionReply.verify|verify} messages.
             * @param message SessionReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.SessionReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SessionReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.SessionReply & spendfuse.v1.SessionReply.$Shape} SessionReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.SessionReply & spendfuse.v1.SessionReply.$Shape;
        }

        namespace SessionReply {

            /** Properties of a SessionReply. */
            interface $Properties {

                /** SessionReply seq */
                seq?: number;

                /** SessionReply reserve */
                reserve?: (spendfuse.v1.ReserveResponse.$Properties|null);

                /** SessionReply commit */
                commit?: (spendfuse.v1.CommitResponse.$Properties|null);

                /** SessionReply release */
                release?: (spendfuse.v1.ReleaseResponse.$Properties|null);

                /** SessionReply extend */
                extend?: (spendfuse.v1.ExtendResponse.$Properties|null);

                /** SessionReply record */
                record?: (spendfuse.v1.RecordResponse.$Properties|null);

                /** SessionReply getBalances */
                getBalances?: (spendfuse.v1.GetBalancesResponse.$Properties|null);

                /** SessionReply error */
                error?: (spendfuse.v1.SessionError.$Properties|null);

                /** SessionReply result */
                result?: ("reserve"|"commit"|"release"|"extend"|"record"|"getBalances"|"error");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a SessionReply. */
            type $Shape = {
              seq?: number;
              reserve?: spendfuse.v1.ReserveResponse.$Shape|null;
              commit?: spendfuse.v1.CommitResponse.$Shape|null;
              release?: spendfuse.v1.ReleaseResponse.$Shape|null;
              extend?: spendfuse.v1.ExtendResponse.$Shape|null;
              record?: spendfuse.v1.RecordResponse.$Shape|null;
              getBalances?: spendfuse.v1.GetBalancesResponse.$Shape|null;
              error?: spendfuse.v1.SessionError.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ result?: undefined; reserve?: null; commit?: null; release?: null; extend?: null; record?: null; getBalances?: null; error?: null }|{ result?: "reserve"; reserve: spendfuse.v1.ReserveResponse.$Shape; commit?: null; release?: null; extend?: null; record?: null; getBalances?: null; error?: null }|{ result?: "commit"; reserve?: null; commit: spendfuse.v1.CommitResponse.$Shape; release?: null; extend?: null; record?: null; getBalances?: null; error?: null }|{ result?: "release"; reserve?: null; commit?: null; release: spendfuse.v1.ReleaseResponse.$Shape; extend?: null; record?: null; getBalances?: null; error?: null }|{ result?: "extend"; reserve?: null; commit?: null; release?: null; extend: spendfuse.v1.ExtendResponse.$Shape; record?: null; getBalances?: null; error?: null }|{ result?: "record"; reserve?: null; commit?: null; release?: null; extend?: null; record: spendfuse.v1.RecordResponse.$Shape; getBalances?: null; error?: null }|{ result?: "getBalances"; reserve?: null; commit?: null; release?: null; extend?: null; record?: null; getBalances: spendfuse.v1.GetBalancesResponse.$Shape; error?: null }|{ result?: "error"; reserve?: null; commit?: null; release?: null; extend?: null; record?: null; getBalances?: null; error: spendfuse.v1.SessionError.$Shape })
            );
        }

        /**
         * Properties of a SessionError.
         * @deprecated Use spendfuse.v1.SessionError.$Properties instead.
         */
        interface ISessionError extends spendfuse.v1.SessionError.$Properties {
        }

        /** Represents a SessionError. */
        class SessionError {

            /**
             * Constructs a new SessionError.
             * @param [properties] Properties to set
             */
            constructor(properties?: spendfuse.v1.SessionError.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SessionError code. */
            code: string;

            /** SessionError message. */
            message: string;

            /** SessionError field. */
            field: string;

            /**
             * Encodes the specified SessionError message. Does not implicitly {@link spendfuse.v1.SessionError.verify|verify} messages.
             * @param message SessionError message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: spendfuse.v1.SessionError.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SessionError message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {spendfuse.v1.SessionError & spendfuse.v1.SessionError.$Shape} SessionError
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): spendfuse.v1.SessionError & spendfuse.v1.SessionError.$Shape;
        }

        namespace SessionError {

            /** Properties of a SessionError. */
            interface $Properties {

                /** SessionError code */
                code?: string;

                /** SessionError message */
                message?: string;

                /** SessionError field */
                field?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SessionError. */
            type $Shape = spendfuse.v1.SessionError.$Properties;
        }
    }
}
