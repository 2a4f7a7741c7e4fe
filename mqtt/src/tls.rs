//! Certificates: whom we believe to be the broker, and who we are.

use std::{fmt, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
};

use crate::BadSettings;

/// Certificates for `mqtts`.
#[derive(Clone, Default)]
pub struct TlsFiles {
    /// PEM: who may have signed the broker's certificate. Nobody else is believed, also not those whom the system
    /// believes.
    pub ca: Vec<u8>,
    /// PEM: our certificate chain and key.
    pub client: Option<(Vec<u8>, Vec<u8>)>,
}

impl fmt::Debug for TlsFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The key stays out of logs.
        write!(f, "TlsFiles({} bytes of CA, client: {})", self.ca.len(), self.client.is_some())
    }
}

pub(crate) fn config(files: &TlsFiles) -> Result<Arc<ClientConfig>, BadSettings> {
    let bad = |what| move |cause| BadSettings::Pem { what, cause };
    let unusable = |cause: rustls::Error| BadSettings::Tls { cause: cause.to_string() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_root_certificates(believed(&files.ca).map_err(bad("tls.ca"))?);
    let config = match &files.client {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = chain(certificate).map_err(bad("tls.client certificate"))?;
            let key = private_key(key).map_err(bad("tls.client key"))?;
            config.with_client_auth_cert(chain, key).map_err(unusable)?
        }
    };
    Ok(Arc::new(config))
}

/// Those who may have signed the broker's certificate.
pub(crate) fn believed(pem: &[u8]) -> Result<RootCertStore, String> {
    let mut believed = RootCertStore::empty();
    for certificate in chain(pem)? {
        believed.add(certificate).map_err(|cause| cause.to_string())?;
    }
    Ok(believed)
}

/// At least one certificate.
pub(crate) fn chain(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match certificates.map_err(|cause| cause.to_string())? {
        none if none.is_empty() => Err(pem::Error::NoItemsFound.to_string()),
        certificates => Ok(certificates),
    }
}

/// A secret key.
pub(crate) fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|cause| cause.to_string())
}
