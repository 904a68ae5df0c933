package dev.portcullis.aws

import aws.smithy.kotlin.runtime.auth.awscredentials.Credentials
import aws.smithy.kotlin.runtime.auth.awscredentials.CredentialsProvider
import aws.smithy.kotlin.runtime.auth.awscredentials.CredentialsProviderException
import aws.smithy.kotlin.runtime.collections.Attributes
import aws.smithy.kotlin.runtime.time.Instant
import dev.portcullis.Auth
import dev.portcullis.AuthException
import dev.portcullis.AwsCredentialsOptions

/**
 * The AWS credentials of whoever uses the app, for service clients of the AWS SDK for Kotlin:
 * `S3Client { credentialsProvider = AwsCredentialsProvider(auth) }`.
 *
 * Each request of a service client asks anew, and gets those of the user who is signed in then, or a guest's. Do not put a
 * `CachedCredentialsProvider` around it: the client keeps credentials by itself, and knows when somebody else signs in.
 *
 * @param auth whose credentials; closing it is the app's
 * @param customRoleArn the role to take, where the identity pool lets the user's token choose one; null: the identity pool
 *   decides
 */
public class AwsCredentialsProvider(
    private val auth: Auth,
    private val customRoleArn: String? = null,
) : CredentialsProvider {
    /**
     * The credentials, from memory while they are fresh ([Auth.fetchAwsCredentials]).
     *
     * @throws CredentialsProviderException with the [AuthException] as its cause, for example
     *   [AuthException.NotAuthorized] with the code `guest_access_denied` where nobody is signed in
     */
    override suspend fun resolve(attributes: Attributes): Credentials {
        val credentials =
            try {
                auth.fetchAwsCredentials(AwsCredentialsOptions(customRoleArn = customRoleArn))
            } catch (failure: AuthException) {
                throw CredentialsProviderException(failure.message ?: failure.code, failure)
            }
        return Credentials(
            accessKeyId = credentials.accessKeyId,
            secretAccessKey = credentials.secretAccessKey,
            sessionToken = credentials.sessionToken,
            expiration = credentials.expiresAt.let { Instant.fromEpochSeconds(it.epochSecond, it.nano) },
            providerName = NAME,
        )
    }

    override fun toString(): String = NAME

    private companion object {
        const val NAME = "Portcullis"
    }
}
