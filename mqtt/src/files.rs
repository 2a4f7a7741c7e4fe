//! A broker as configurations name it: its address, and the files with what it takes to be let in.

use std::{fmt::Display, fs, path::Path};

use crate::{BrokerUrl, Credentials, Settings, TlsFiles};

/// What people write about a broker. Paths are relative to the folder of the configuration.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrokerFiles<'a> {
    /// `mqtt://…` or `mqtts://…`.
    pub url: &'a str,
    /// Goes with `password_file`.
    pub user: Option<&'a str>,
    /// Holds the password; white space at its end does not count.
    pub password_file: Option<&'a Path>,
    /// PEM: who may have signed the broker's certificate.
    pub ca: Option<&'a Path>,
    /// PEM: our certificate chain. Goes with `key`.
    pub certificate: Option<&'a Path>,
    /// PEM: our key.
    pub key: Option<&'a Path>,
}

/// Something about a broker that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{key} = `{value}`: {rule}")]
pub struct BadBrokerFile {
    /// Which field of [`BrokerFiles`], as it is written: `password-file`.
    pub key: &'static str,
    /// What is written there.
    pub value: String,
    /// What it breaks.
    pub rule: String,
}

impl BrokerFiles<'_> {
    /// Reads the files and puts the settings of a session together.
    pub fn read(&self, folder: &Path, client_id: &str) -> Result<Settings, BadBrokerFile> {
        let url = BrokerUrl::parse(self.url).map_err(|bad| refuse("url", self.url, &bad))?;
        let text = |key, path: &Path| {
            fs::read_to_string(folder.join(path)).map_err(|cause| refuse(key, &path.display(), &cause))
        };
        let credentials = match (self.user, self.password_file) {
            (Some(user), Some(file)) => {
                let password = text("password-file", file)?.trim_end().to_owned();
                Some(Credentials { user: user.to_owned(), password })
            }
            (None, None) => None,
            _ => return Err(refuse("user", "", "`user` and `password-file` go together")),
        };
        let client = match (self.certificate, self.key) {
            (Some(certificate), Some(key)) => {
                Some((text("certificate", certificate)?.into_bytes(), text("key", key)?.into_bytes()))
            }
            (None, None) => None,
            _ => return Err(refuse("certificate", "", "`certificate` and `key` go together")),
        };
        let tls = match self.ca {
            Some(ca) => Some(TlsFiles { ca: text("ca", ca)?.into_bytes(), client }),
            None if client.is_some() => return Err(refuse("ca", "", "`certificate` needs `ca`")),
            None => None,
        };
        Ok(Settings { credentials, tls, ..Settings::new(url, client_id) })
    }
}

fn refuse(
    key: &'static str,
    value: &(impl Display + ?Sized),
    rule: &(impl Display + ?Sized),
) -> BadBrokerFile {
    BadBrokerFile { key, value: value.to_string(), rule: rule.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: BrokerFiles<'_>, key: &str) {
        let bad = files.read(Path::new("/nowhere"), "client").map(drop).unwrap_err();
        assert_eq!(bad.key, key, "{bad}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = BrokerFiles { url: "mqtt://127.0.0.1", ..BrokerFiles::default() };
        let file = Some(Path::new("file"));
        assert!(good.read(Path::new("/nowhere"), "client").is_ok());
        check(BrokerFiles { url: "http://127.0.0.1", ..good }, "url");
        check(BrokerFiles { user: Some("gate"), ..good }, "user");
        check(BrokerFiles { password_file: file, ..good }, "user");
        check(BrokerFiles { user: Some("gate"), password_file: file, ..good }, "password-file");
        check(BrokerFiles { certificate: file, ..good }, "certificate");
        check(BrokerFiles { ca: file, ..good }, "ca");
    }
}
