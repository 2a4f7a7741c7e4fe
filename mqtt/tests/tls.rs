//! TLS: the broker must prove who it is, and so must we where it asks.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::sync::{Arc, LazyLock};

use mqtt::{BrokerUrl, Settings, TlsFiles, connect};
use rumqttc::tokio_rustls::TlsAcceptor;
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use support::{
    Broker, Peer,
    certificates::{Authority, Identity},
    connected, disconnected, soon,
};

static CA: LazyLock<Authority> = LazyLock::new(|| Authority::new("test authority"));
/// Signed none of the others.
static OTHER_CA: LazyLock<Authority> = LazyLock::new(|| Authority::new("another authority"));
static BROKER: LazyLock<Identity> = LazyLock::new(|| CA.broker());
static GATE: LazyLock<Identity> = LazyLock::new(|| CA.gate());

/// A broker's end of TLS that asks for a certificate by `CA`, or for none.
fn acceptor(asks_for_certificate: bool) -> TlsAcceptor {
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = if asks_for_certificate {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(CA.pem.as_bytes()).unwrap()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        config.with_client_cert_verifier(verifier)
    } else {
        config.with_no_client_auth()
    };
    let certificate = CertificateDer::from_pem_slice(BROKER.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(BROKER.key.as_bytes()).unwrap();
    TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate], key).unwrap()))
}

fn files(ca: &str, client: Option<(&str, &str)>) -> TlsFiles {
    TlsFiles { ca: ca.into(), client: client.map(|(chain, key)| (chain.into(), key.into())) }
}

fn settings(broker: &Broker, tls: TlsFiles) -> Settings {
    Settings {
        broker: BrokerUrl::parse(&format!("mqtts://127.0.0.1:{}", broker.port())).unwrap(),
        tls: Some(tls),
        ..broker.settings()
    }
}

async fn check_connects(asks_for_certificate: bool, client: Option<(&str, &str)>) {
    let broker = Broker::start().await;
    let mut session = connect(settings(&broker, files(&CA.pem, client))).unwrap();
    let stream = broker.accept().await.stream;
    let mut peer = Peer { stream: soon(acceptor(asks_for_certificate).accept(stream)).await.unwrap() };
    peer.welcome().await;
    connected(&mut session).await;
}

#[tokio::test]
async fn believes_a_broker_signed_by_its_authority() {
    check_connects(false, None).await;
    let gate = Some((GATE.certificate.as_str(), GATE.key.as_str()));
    check_connects(false, gate).await;
    check_connects(true, gate).await;
}

async fn check_refused(ca: &Authority, asks_for_certificate: bool, says: &str) {
    let broker = Broker::start().await;
    let mut session = connect(settings(&broker, files(&ca.pem, None))).unwrap();
    let stream = broker.accept().await.stream;
    if let Ok(stream) = soon(acceptor(asks_for_certificate).accept(stream)).await {
        Peer { stream }.hung_up().await;
    }
    let cause = disconnected(&mut session).await;
    assert!(cause.contains(says), "{cause}");
}

#[tokio::test]
async fn believes_nobody_else() {
    check_refused(&OTHER_CA, false, "certificate").await;
    check_refused(&CA, true, "CertificateRequired").await;
}

#[track_caller]
fn check_settings(url: &str, tls: Option<TlsFiles>, says: &str) {
    let settings = Settings { tls, ..Settings::new(BrokerUrl::parse(url).unwrap(), "loc-ninh") };
    let Err(bad) = connect(settings) else { panic!("connects, but should not: {says}") };
    assert!(bad.to_string().starts_with(says), "{bad}");
    assert!(!bad.to_string().contains("PRIVATE"), "{bad}");
}

#[test]
fn refuses_files_that_do_not_fit() {
    let (ca, broker, gate) = (CA.pem.as_str(), &BROKER, &GATE);
    let with = |ca: &str, client| Some(files(ca, client));
    let missing = "`mqtts://broker:8883` needs `tls.ca`";
    check_settings("mqtts://broker", None, missing);
    check_settings("mqtts://broker", with("", None), missing);
    check_settings("mqtt://broker", with(ca, None), "`mqtt://broker:1883` does not use TLS");
    check_settings("mqtts://broker", with("not PEM", None), "tls.ca is not a PEM file");
    check_settings("mqtts://broker", with(&broker.key, None), "tls.ca is not a PEM file");
    check_settings("mqtts://broker", with(&ca[..200], None), "tls.ca is not a PEM file");
    let client = |chain, key| with(ca, Some((chain, key)));
    let (certificate, key) = (gate.certificate.as_str(), gate.key.as_str());
    check_settings("mqtts://broker", client(key, key), "tls.client certificate is not a PEM file");
    check_settings("mqtts://broker", client(certificate, certificate), "tls.client key is not a PEM file");
    check_settings("mqtts://broker", client(certificate, &broker.key), "the certificates cannot be used");
}

#[test]
fn shows_no_key() {
    let files = files(&CA.pem, Some((&GATE.certificate, &GATE.key)));
    assert_eq!(format!("{files:?}"), format!("TlsFiles({} bytes of CA, client: true)", CA.pem.len()));
}
