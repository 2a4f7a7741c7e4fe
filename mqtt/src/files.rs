//! A broker as configurations name it: its address, and the files with what it takes to be let in.

use std::fs;

use written::{Entry, Report, Table, Told, all};

use crate::{BrokerUrl, Credentials, Settings, TlsFiles, settings::MOST_BYTES, tls};

/// Under which keys a configuration writes about its broker. Only the first must be there.
#[derive(Debug, Clone, Copy)]
pub struct BrokerKeys {
    /// `mqtt://…` or `mqtts://…`.
    pub url: &'static str,
    /// Goes with `password_file`.
    pub user: &'static str,
    /// A file with the password; white space at its end does not count.
    pub password_file: &'static str,
    /// A PEM file: who may have signed the broker's certificate. Goes with `mqtts://…`, and the next two with it.
    pub ca: &'static str,
    /// A PEM file: our certificate chain. Goes with `key`.
    pub certificate: &'static str,
    /// A PEM file: our key.
    pub key: &'static str,
}

impl BrokerKeys {
    /// Reads what is written in `table`, and the files that are named there, to the settings of a session; none if
    /// no broker is written. They are checked: what a session would refuse is a mistake here.
    pub fn read(
        &self,
        report: &mut Report<'_>,
        table: &mut Table<'_>,
        client_id: &str,
    ) -> Result<Option<Settings>, Told> {
        let url = table.take(self.url);
        let access = [self.user, self.password_file].map(|key| table.take(key));
        let pem_files = [self.ca, self.certificate, self.key].map(|key| table.take(key));
        let Some(url) = url else {
            let rule = format!("goes with `{}`, which is not written", self.url);
            refuse(report, access.iter().chain(&pem_files), &rule)?;
            return Ok(None);
        };
        let broker = url.string(report).and_then(|written| {
            BrokerUrl::parse(written).map_err(|bad| url.wrong_shown_as(report, &bad.value, bad.rule))
        });
        let credentials = self.credentials(report, access);
        let wants_tls = broker.as_ref().map(BrokerUrl::tls).map_err(|told| *told);
        let tls = self.tls(report, table, wants_tls, pem_files);
        Ok(Some(Settings { credentials: credentials?, tls: tls?, ..Settings::new(broker?, client_id) }))
    }

    fn credentials(
        &self,
        report: &mut Report<'_>,
        [user, file]: [Option<Entry<'_>>; 2],
    ) -> Result<Option<Credentials>, Told> {
        together(report, [(self.user, &user), (self.password_file, &file)]);
        let user = user.map(|entry| entry.parse(report, fitting)).transpose();
        let password = file.map(|entry| {
            let password = entry.file(report, fs::read_to_string)?;
            fitting(password.trim_end()).map_err(|rule| entry.wrong(report, rule))
        });
        let both = user?.zip(password.transpose()?);
        Ok(both.map(|(user, password)| Credentials { user, password }))
    }

    fn tls(
        &self,
        report: &mut Report<'_>,
        table: &Table<'_>,
        wanted: Result<bool, Told>,
        written: [Option<Entry<'_>>; 3],
    ) -> Result<Option<TlsFiles>, Told> {
        if let Ok(false) = wanted {
            refuse(report, &written, &format!("is for TLS, so `{}` must begin with mqtts://", self.url))?;
            return Ok(None);
        }
        let [ca, certificate, key] = written;
        together(report, [(self.certificate, &certificate), (self.key, &key)]);
        if ca.is_none() && (wanted.is_ok() || certificate.is_some()) {
            table.missing(report, self.ca, "is missing: who may have signed the broker's certificate");
        }
        let authorities = read_pem(report, ca.as_ref(), |pem| tls::believed(pem).map(drop));
        let chain = read_pem(report, certificate.as_ref(), |pem| tls::chain(pem).map(drop));
        let secret = read_pem(report, key.as_ref(), |pem| tls::private_key(pem).map(drop));
        let (authorities, client) = (authorities?, chain?.zip(secret?));
        let files = authorities.map(|ca| TlsFiles { ca, client });
        if let (Some(files), Some(key)) = (&files, key)
            && let Err(bad) = tls::config(files)
        {
            return Err(key.wrong(report, bad.to_string()));
        }
        Ok(files)
    }
}

/// Tells of each that is written that it should not be.
fn refuse<'e, 't: 'e>(
    report: &mut Report<'_>,
    written: impl IntoIterator<Item = &'e Option<Entry<'t>>>,
    rule: &str,
) -> Result<(), Told> {
    all(written.into_iter().flatten(), |entry| Err(entry.misplaced(report, rule))).map(|_: Vec<()>| ())
}

/// Tells if one is written without the other.
fn together(report: &mut Report<'_>, [one, other]: [(&str, &Option<Entry<'_>>); 2]) {
    for ((_, written), (partner, missing)) in [(one, other), (other, one)] {
        if let (Some(entry), None) = (written, missing) {
            entry.misplaced(report, format!("goes with `{partner}`, which is not written"));
        }
    }
}

fn read_pem(
    report: &mut Report<'_>,
    entry: Option<&Entry<'_>>,
    check: impl FnOnce(&[u8]) -> Result<(), String>,
) -> Result<Option<Vec<u8>>, Told> {
    let Some(entry) = entry else { return Ok(None) };
    let pem = entry.file(report, fs::read)?;
    check(&pem)
        .map_err(|cause| entry.wrong(report, format!("is not a PEM file as expected: {cause}")))
        .map(|()| Some(pem))
}

fn fitting(text: &str) -> Result<String, String> {
    (text.len() <= MOST_BYTES)
        .then(|| text.to_owned())
        .ok_or_else(|| format!("has at most {MOST_BYTES} bytes"))
}
