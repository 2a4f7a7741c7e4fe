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
    let unusable = |cause: rustls::Error| BadSettings::Tls { cause: cause.to_string() };
    let mut believed = RootCertStore::empty();
    for certificate in certificates("tls.ca", &files.ca)? {
        believed.add(certificate).map_err(unusable)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_root_certificates(believed);
    let config = match &files.client {
        None => config.with_no_client_auth(),
        Some((chain, key)) => {
            let key =
                PrivateKeyDer::from_pem_slice(key).map_err(|cause| bad_pem("tls.client key", &cause))?;
            config
                .with_client_auth_cert(certificates("tls.client certificate", chain)?, key)
                .map_err(unusable)?
        }
    };
    Ok(Arc::new(config))
}

fn certificates(what: &'static str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BadSettings> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|cause| bad_pem(what, &cause))?;
    if certificates.is_empty() { Err(bad_pem(what, &pem::Error::NoItemsFound)) } else { Ok(certificates) }
}

fn bad_pem(what: &'static str, cause: &pem::Error) -> BadSettings {
    BadSettings::Pem { what, cause: cause.to_string() }
}
