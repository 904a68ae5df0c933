package dev.portcullis

import java.time.Instant
import java.util.Objects

/**
 * Temporary credentials for AWS services, of one identity of the identity pool. Printing shows none of them.
 *
 * They work until they expire, usually for an hour: a sign-out, even a global one, does not end them sooner.
 */
public class AwsCredentials internal constructor(private val core: AwsCredentialSet) {
    /** Whose they are, for example `eu-west-1:00000000-1111-2222-3333-444444444444`. */
    public val identityId: String get() = core.identityId

    /** The access key's id. */
    public val accessKeyId: String get() = core.accessKeyId

    /** The secret access key. A secret: never log it. */
    public val secretAccessKey: String get() = core.secretAccessKey

    /** The session token, which goes with every request. A secret: never log it. */
    public val sessionToken: String get() = core.sessionToken

    /** When they expire, by the service's clock. */
    public val expiresAt: Instant get() = core.expiresAt

    override fun equals(other: Any?): Boolean =
        other is AwsCredentials && other.accessKeyId == accessKeyId && other.sessionToken == sessionToken

    override fun hashCode(): Int = Objects.hash(accessKeyId, sessionToken)

    override fun toString(): String = "AwsCredentials(expiresAt=$expiresAt)"
}
