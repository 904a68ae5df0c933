package dev.portcullis

import java.io.File
import java.lang.reflect.Field
import java.lang.reflect.Modifier
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.time.Duration
import java.time.Instant
import java.util.jar.JarFile
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** Every type of the package that prints what it holds, found and made by reflection, with its own name in every text. */
class PrintingTest {
    /** Where the service, the app or a person may have written, and it is shown all the same. */
    private val shown =
        setOf(
            "AuthErrorInfo.code",
            "AuthErrorInfo.text",
            "AuthErrorInfo.recovery",
            "AuthErrorInfo.requestId",
            "AuthErrorInfo.operation",
            "AuthErrorInfo.serviceCode",
            "AuthErrorInfo.field",
            "AuthErrorInfo.reason",
            "AwsCredentialsOptions.customRoleArn",
            "AwsRequest.method",
            "AwsRequest.region",
            "AwsRequest.service",
            "CodeDeliveryDetails.attributeName",
            "ConfigurationSettings.userPoolId",
            "ConfigurationSettings.clientId",
            "ConfigurationSettings.region",
            "ConfigurationSettings.endpoint",
            "HostedUiConfiguration.endpoint",
            "HostedUiConfiguration.scopes",
            "HostedUiConfiguration.signInRedirectUris",
            "HostedUiConfiguration.signOutRedirectUris",
            "WebUiRequest.redirectUri",
            "WebUiSignInOptions.scopes",
            "WebUiSignInOptions.redirectUri",
            "WebUiSignInOptions.prompt",
            "WebUiSignInOptions.lang",
            "Named.name",
            "IdentityPoolConfiguration.id",
            "IdentityPoolConfiguration.region",
            "IdentityPoolConfiguration.endpoint",
            "Oidc.issuer",
            "Saml.providerArn",
            "Other.name",
            "Unknown.name",
            "Corrupt.detail",
            "Passkey.relyingPartyId",
            "Passkey.authenticatorAttachment",
            "Passkey.transports",
            "ConfirmSignInWithNewPassword.missingAttributes",
            "UpdateUserAttributeResult.name",
            "UserAttribute.name",
            "UserAttributesUpdated.attributeNames",
        )

    /** Made by hand elsewhere: `SecretsStory` prints them, and an exception's text is made to be printed. */
    private val byHand =
        setOf("AuthConfiguration", "AuthSession", "AuthTokens", "AwsCredentials", "Token", "Available", "Stale", "Unavailable")

    @Test
    fun `types print only what is shown`() {
        val printed = data.flatMap { type -> values(type).map { it.toString() } }
        val texts = printed.flatMap { text -> Regex("<([^<>]+)>").findAll(text).map { it.groupValues[1] } }.toSet()
        assertEquals(shown, texts)
        assertTrue(data.size > 60, "only ${data.size} types were found")
    }

    @Test
    fun `whatever else prints itself is tried by hand`() {
        val others = types.filter { it !in data && !Modifier.isAbstract(it.modifiers) && !Throwable::class.java.isAssignableFrom(it) && !it.isEnum }
        val printing = others.filter { type -> type.declaredMethods.any { it.name == "toString" && it.parameterCount == 0 } }
        val names = printing.map { it.simpleName }.toSet()
        assertEquals(byHand, names - setOf("Memory", "Files", "Custom"), "names of the app's own, or in the story")
    }

    @Test
    fun `types print in the spelling of Kotlin`() {
        assertEquals("SignInStep.ConfirmSignInWithTotpCode", SignInStep.ConfirmSignInWithTotpCode("phone").toString())
        assertEquals("SignInStep.Done", SignInStep.Done.toString())
        val options = SignInOptions(authFlow = AuthFlow.UserSrp, clientMetadata = mapOf("key" to "value"))
        val expected = "SignInOptions(authFlow=AuthFlow.UserSrp, clientMetadata=[key], validationData=[], existingSession=null)"
        assertEquals(expected, options.toString())
        val step = SignInStep.ConfirmSignInWithOtp(CodeDeliveryDetails("a***", DeliveryMedium.Email, "email"))
        val delivery = "CodeDeliveryDetails(medium=DeliveryMedium.Email, attributeName=email)"
        assertEquals("SignInStep.ConfirmSignInWithOtp(deliveryDetails=$delivery)", step.toString())
    }

    private val types: List<Class<*>> =
        listOf(AuthUser::class.java, AuthClient::class.java)
            .flatMap { classesBeside(it) }
            .filter { Modifier.isPublic(it.modifiers) && !it.isInterface && !it.isSynthetic }

    /** Data classes and the cases of sealed ones, exceptions apart; what holds an object of the app's own is no data. */
    private val data: List<Class<*>> =
        types.filter { type ->
            val isData = type.declaredMethods.any { it.name.startsWith("component1") } || type.superclass in types
            isData && !Modifier.isAbstract(type.modifiers) && !Throwable::class.java.isAssignableFrom(type) && !Storage::class.java.isAssignableFrom(type)
        }

    /** The values of a type: one of each case. */
    private fun values(type: Class<*>): List<Any> {
        val cases = types.filter { it.superclass == type }
        return if (cases.isEmpty()) listOf(made(type)) else cases.map(::made)
    }

    private fun made(type: Class<*>): Any {
        if (type.isEnum) return type.enumConstants.first()
        type.declaredFields.find { it.name == "INSTANCE" }?.let { return it.get(null) }
        val fields = type.declaredFields.filter { !Modifier.isStatic(it.modifiers) }
        // The others take a mask of the arguments that are left out, or a marker.
        val all = type.declaredConstructors.filter { made -> made.parameterTypes.take(fields.size) == fields.map { it.type } }
        val constructor = all.minBy { it.parameterCount }
        constructor.isAccessible = true
        return constructor.newInstance(*fields.map { value(it.genericType, it) }.toTypedArray())
    }

    private fun value(
        type: Type,
        field: Field,
    ): Any =
        when (type) {
            String::class.java -> "<${field.declaringClass.simpleName}.${field.name}>"
            ByteArray::class.java -> "<bytes>".toByteArray()
            java.lang.Boolean.TYPE, java.lang.Boolean::class.java -> true
            java.lang.Long.TYPE -> 1L
            java.lang.Double.TYPE -> 1.0
            UInt::class.java -> 1u
            UShort::class.java -> 1.toUShort()
            Instant::class.java -> Instant.EPOCH
            Duration::class.java -> Duration.ZERO
            is ParameterizedType -> collection(type, field)
            is Class<*> -> values(type).first()
            else -> error("no value for $type of $field")
        }

    private fun collection(
        type: ParameterizedType,
        field: Field,
    ): Any {
        val item = value(argument(type, type.actualTypeArguments.lastIndex), field)
        return if (type.rawType == Map::class.java) mapOf("name" to item) else listOf(item)
    }

    /** A list of a sealed class is one of `? extends` it in Java. */
    private fun argument(
        type: ParameterizedType,
        index: Int,
    ): Type = (type.actualTypeArguments[index] as? java.lang.reflect.WildcardType)?.upperBounds?.first() ?: type.actualTypeArguments[index]

    private fun classesBeside(type: Class<*>): List<Class<*>> {
        val place = File(type.protectionDomain.codeSource.location.toURI())
        val files =
            if (place.isDirectory) {
                place.walk().map { it.relativeTo(place).invariantSeparatorsPath }.toList()
            } else {
                JarFile(place).use { jar -> jar.entries().toList().map { it.name } }
            }
        val names = files.filter { it.startsWith("dev/portcullis/") && it.endsWith(".class") && "Uniffi" !in it && "FfiConverter" !in it }
        return names.map { Class.forName(it.removeSuffix(".class").replace('/', '.'), false, type.classLoader) }
    }
}
