package dev.portcullis.testing

import org.junit.jupiter.api.extension.ExtensionContext
import org.junit.jupiter.api.extension.ParameterContext
import org.junit.jupiter.api.extension.ParameterResolver

/**
 * Gives JUnit 5 tests a [LocalPool] of their own: `@ExtendWith(LocalPoolExtension::class)`, and a parameter of that type. It is
 * started for the test and closed after it, with the clients that it made. Where the constructor of a class whose tests share
 * one instance, or its `@BeforeAll`, has such a parameter, all tests of the class share that pool.
 */
public class LocalPoolExtension : ParameterResolver {
    private class Held(val pool: LocalPool) : ExtensionContext.Store.CloseableResource {
        override fun close() = pool.close()
    }

    override fun supportsParameter(
        parameterContext: ParameterContext,
        extensionContext: ExtensionContext,
    ): Boolean = parameterContext.parameter.type == LocalPool::class.java

    override fun resolveParameter(
        parameterContext: ParameterContext,
        extensionContext: ExtensionContext,
    ): LocalPool {
        val store = extensionContext.getStore(ExtensionContext.Namespace.create(LocalPoolExtension::class.java))
        return store.getOrComputeIfAbsent("pool", { Held(LocalPool.start()) }, Held::class.java).pool
    }
}
