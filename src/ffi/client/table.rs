//! How a call of the client crosses the bridge: one row a call.

/// Exports calls of the client. A row names the client, the arguments and what is given, and says how the client is asked;
/// what every call has besides (the token that gives it up, the waiting) is added here.
macro_rules! calls {
    ($(
        $(#[$meta:meta])*
        fn $name:ident($client:ident $(, $argument:ident: $type:ty)* $(,)?) -> $given:ty { $asked:expr }
    )*) => {
        #[uniffi::export]
        impl AuthCore {
            $(
                $(#[$meta])*
                pub async fn $name(
                    &self,
                    $($argument: $type,)*
                    cancel: Option<std::sync::Arc<$crate::ffi::cancel::CancelToken>>,
                ) -> Result<$given, $crate::error::AuthError> {
                    let $client = self.client.clone();
                    $crate::ffi::runtime::run(cancel, async move { $asked.await }).await
                }
            )*
        }
    };
}

pub(super) use calls;
