//! The server over https.

use local_pool::{LocalPool, ServerConfig, TlsConfig};

use crate::client::hosted::{self, CALLBACK, authorize_url, parameter};
use crate::client::{PASSWORD, TestPool};

fn config() -> ServerConfig {
    ServerConfig { tls: Some(TlsConfig::default()), ..hosted::pool().into() }
}

fn trusting(pem: &str) -> reqwest::Client {
    hosted::http_of(reqwest::Certificate::from_pem(pem.as_bytes()).unwrap())
}

#[tokio::test]
async fn pages_tokens_and_the_api_over_https() {
    let server = LocalPool::start(config()).await.unwrap();
    let http = trusting(&server.certificate().unwrap());
    let api = TestPool { server, http };
    assert!(api.server.endpoint().starts_with("https://127.0.0.1:") && api.server.issuer().starts_with("https://"));
    let mut browser = api.server.browser();
    let callback = browser.sign_in(&authorize_url(&api, &[]), "ann", PASSWORD).await.unwrap();
    assert!(callback.starts_with(CALLBACK));
    let tokens = hosted::exchange(&api, &parameter(&callback, "code").unwrap(), &[]).await.ok();
    assert!(tokens["id_token"].is_string());
    assert_eq!(api.password("ann", PASSWORD).await.status, 200);
    let page = hosted::read(api.http.get(hosted::url_of(&api, "/login", &[]))).await;
    assert!(page.headers["set-cookie"].to_str().unwrap().ends_with("; Secure"));
    let pem = hosted::read(api.http.get(format!("{}/_local/certificate", api.server.endpoint()))).await;
    assert_eq!(Some(pem.text), api.server.certificate());
}

#[tokio::test]
async fn plain_http_and_strangers_to_the_certificate_get_nothing() {
    let server = LocalPool::start(config()).await.unwrap();
    let address = server.endpoint().replace("https://", "");
    assert!(hosted::read_result(crate::client::http().get(format!("http://{address}/login"))).await.is_err());
    assert!(hosted::read_result(crate::client::http().get(server.endpoint())).await.is_err());
}

#[tokio::test]
async fn a_certificate_of_its_own_is_kept_beside_the_data() {
    let folder = tempfile::tempdir().unwrap();
    let data = Some(folder.path().join("pool.sqlite"));
    let start = async || LocalPool::start(ServerConfig { data: data.clone(), ..config() }).await.unwrap();
    let first = start().await.certificate().unwrap();
    let again = start().await;
    assert_eq!(again.certificate(), Some(first));
    let key = folder.path().join("pool.sqlite-tls-key.pem");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    drop(again);
    let tls = TlsConfig { certificate: Some(folder.path().join("pool.sqlite-tls.pem")), key: Some(key) };
    let own = LocalPool::start(ServerConfig { tls: Some(tls), ..config() }).await.unwrap();
    assert!(own.certificate().is_some());
    let missing = TlsConfig { certificate: Some("/nowhere/cert.pem".into()), key: Some("/nowhere/key.pem".into()) };
    let error = LocalPool::start(ServerConfig { tls: Some(missing), ..config() }).await.unwrap_err();
    assert!(error.to_string().starts_with("the server cannot speak https"), "{error}");
}
