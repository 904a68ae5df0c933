package dev.portcullis

import java.time.Instant
import java.util.Objects

/**
 * Temporary credentials for AWS services, of one identity of the identity pool. Printing shows none of them.
 *
 * They work until they expire, usually for an hour: a sign-out, even a global one, does not end them sooner.
 */
public class AwsCredentials(
    /** Whose they are, for example `eu-west-1:00000000-1111-2222-3333-444444444444`. */
    public val identityId: String,
    /** The access key's id. */
    public val accessKeyId: String,
    /** The secret access key. A secret: never log it. */
    public val secretAccessKey: String,
    /** The session token, which goes with every request. A secret: never log it. */
    public val sessionToken: String,
    /** When they expire, by the service's clock. */
    public val expiresAt: Instant,
) {
    internal constructor(core: AwsCredentialSet) :
        this(core.identityId, core.accessKeyId, core.secretAccessKey, core.sessionToken, core.expiresAt)

    override fun equals(other: Any?): Boolean =
        other is AwsCredentials && other.accessKeyId == accessKeyId && other.sessionToken == sessionToken

    override fun hashCode(): Int = Objects.hash(accessKeyId, sessionToken)

    override fun toString(): String = "AwsCredentials(expiresAt=$expiresAt)"
}
