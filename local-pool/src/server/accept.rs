//! Taking connections and answering what comes in on them.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, header, request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tower_service::Service as _;

use super::access::{self, Cors};
use super::app::{App, stamp};
use super::connection::{Connection, ConnectionSwitch};
use super::connections::{Activity, Connections, Place};
use super::report::Report;
use super::stream::Stream;
use super::{receive, routes};
use crate::store::domains;
use crate::wire::answer;

/// The request line and all headers; Node.js takes 16 KiB, most servers less.
const MOST_HEADERS: usize = 64 * 1024;

/// What requests of one connection are answered by.
#[derive(Clone)]
struct Answering {
    app: App,
    router: Router,
    switch: ConnectionSwitch,
    activity: Arc<Activity>,
}

/// Never ends by itself.
pub(super) async fn serve(listener: TcpListener, app: App) {
    let connections = Connections::new(app.limits);
    let router = routes::router(app.clone());
    loop {
        let (stream, address) = accept(&listener, &connections).await;
        app.counters.add_connection();
        let place = connections.place().await;
        tokio::spawn(converse(stream, address, place, connections.limits, app.clone(), router.clone()));
    }
}

async fn accept(listener: &TcpListener, connections: &Connections) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // Out of file descriptors, most likely.
            Err(_) => {
                connections.make_room();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

async fn converse(
    stream: TcpStream,
    address: SocketAddr,
    place: Place,
    limits: crate::config::Limits,
    app: App,
    router: Router,
) {
    let (switch, activity) = (ConnectionSwitch::new(address.ip()), Arc::clone(&place.activity));
    let conversation = async move {
        let stream = match &app.tls {
            None => Stream::Plain(stream),
            Some(certificate) => match certificate.acceptor.accept(stream).await {
                Ok(stream) => Stream::Tls(Box::new(stream)),
                // Who does not trust the certificate, or speaks plain HTTP, goes away.
                Err(_) => return,
            },
        };
        let connection = Connection::new(stream, switch.clone(), Arc::clone(&activity));
        let answering = Answering { app, router, switch, activity };
        let service = service_fn(move |request| answering.clone().answer(request));
        let http = http1::Builder::new().max_buf_size(MOST_HEADERS).serve_connection(TokioIo::new(connection), service);
        // How a connection ends is the client's affair.
        drop(http.await);
    };
    tokio::select! {
        () = conversation => {}
        () = place.activity.overdue(&limits) => {}
    }
}

impl Answering {
    async fn answer(self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        self.activity.reads_body();
        let response = self.judged(request).await;
        self.activity.answers();
        Ok(response)
    }

    async fn judged(&self, request: Request<Incoming>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let cors = match self.app.access.judge(&head, |host| self.is_domain(host)) {
            Ok(cors) => cors,
            Err(refusal) => {
                let response = refusal.answer(&stamp(&self.app));
                let what = access::operation_of(&head.headers).map_or(head.uri.path(), |(_, operation)| operation);
                Report::of(what, None).tell(&self.app.service.feed, &response);
                return response;
            }
        };
        let mut response = match receive::body(body, self.app.limits.body).await {
            Ok(body) => self.routed(head, body.into(), &cors).await,
            Err(unreadable) => unreadable.answer(&stamp(&self.app)),
        };
        cors.mark(&mut response);
        response
    }

    /// Asked only about hosts that are not the server's own.
    fn is_domain(&self, host: &str) -> bool {
        self.app.service.store.read(|db| domains::of_host(db, host)).is_ok_and(|found| found.is_some())
    }

    async fn routed(&self, head: request::Parts, body: Body, cors: &Cors) -> Response<Body> {
        self.activity.works();
        // The routes of administrators do not know of pages; what is open to everyone answers for itself.
        if matches!(cors, Cors::Origin(_)) && access::is_preflight(&head) {
            return answer::preflight(head.headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS), &stamp(&self.app));
        }
        let mut request = Request::from_parts(head, body);
        request.extensions_mut().insert(ConnectInfo(self.switch.clone()));
        let Ok(response) = self.router.clone().call(request).await;
        response
    }
}
