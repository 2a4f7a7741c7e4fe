//! What a bundle must be before anything of it is shown. The order matters: nothing is read that is not signed.

use jiff::Timestamp;
use playlists::{Pictures, Playlist, Programme, Schedule, ScreenId, ScreenSize, Trust};

use crate::{
    Bundle, BundleRef, FontFile, Key, Keyring, RefusedBundle, Role, SignedBundle, TextFile,
    document::{Document, ListedPicture},
    envelope,
    signature::Signature,
};

/// The bundle that is on air at the moment of checking another.
#[derive(Debug, Clone, Copy)]
pub enum OnAirBundle {
    /// None ever was.
    Nothing,
    /// No version up to this is accepted, except this very document again.
    AtLeast(BundleRef),
}

/// What a bundle is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Whose signatures count.
    pub keyring: &'a Keyring,
    /// Which screen this is.
    pub screen: &'a ScreenId,
    /// How large it is.
    pub size: ScreenSize,
    /// The shipped fonts; the bundle's must all be among them.
    pub fonts: &'a [FontFile],
    /// What was accepted before.
    pub on_air: OnAirBundle,
    /// The moment.
    pub now: Timestamp,
    /// Whether `now` may be believed; if not, validity is not judged.
    pub trust: Trust,
}

pub(crate) fn verify(signed: &SignedBundle, expected: &Expected<'_>) -> Result<Bundle, RefusedBundle> {
    envelope::within_limit(&signed.to_bytes())?;
    check_signatures(signed, expected.keyring)?;
    let document = Document::parse(&signed.document)?;
    let reference = BundleRef { version: document.version, digest: signed.document_digest() };
    check_screen(&document, expected)?;
    check_version(reference, expected.on_air)?;
    check_validity(&document, expected)?;
    check_fonts(&document, expected)?;
    let programme = programme(&document)?;
    check_languages(&programme)?;
    let pictures = pictures(signed, &document.pictures)?;
    check_pictures(&programme, &pictures)?;
    Ok(Bundle { reference, created: document.created, programme, pictures, fonts: document.fonts })
}

fn programme(document: &Document) -> Result<Programme, RefusedBundle> {
    let read = |written: &TextFile| {
        let playlist = Playlist::parse(written.file.as_str(), &written.text)?;
        Ok((written.file.clone(), playlist))
    };
    let playlists: Vec<_> =
        document.playlists.iter().map(read).collect::<Result<_, _>>().map_err(RefusedBundle::Playlist)?;
    let schedule = match &document.schedule {
        Some(written) => {
            Schedule::parse(written.file.as_str(), &written.text).map_err(RefusedBundle::Schedule)?
        }
        None => Schedule::of_playlists(playlists.iter().map(|(path, _)| path.clone())),
    };
    let Document { screen, validity, calendars, withdrawn, .. } = document;
    Programme::new(screen.clone(), *validity, &schedule, playlists, calendars, withdrawn).map_err(|all| {
        let causes: Vec<_> = all.iter().map(ToString::to_string).collect();
        RefusedBundle::Unschedulable { cause: causes.join("; ") }
    })
}

/// Every signature must be good and known, and two of them by an author and an approver who are two people.
pub(crate) fn check_signatures(signed: &SignedBundle, keyring: &Keyring) -> Result<(), RefusedBundle> {
    let mut signers = Vec::new();
    for signature in &signed.signatures {
        let (role, key) = (signature.role, signature.key.id());
        if !signed.is_good(signature) {
            return Err(RefusedBundle::BadSignature { role, key });
        }
        match keyring.find(role, &signature.key) {
            Some(known) => signers.push(known),
            // Said before the key is called unknown: one person tried to be both.
            None => {
                return Err(
                    both_roles(signed, signature, keyring).unwrap_or(RefusedBundle::UnknownKey { role, key })
                );
            }
        }
    }
    let of = |role: Role| signers.iter().filter(move |key| key.role == role);
    for role in Role::OF_BUNDLE {
        if of(role).next().is_none() {
            return Err(RefusedBundle::MissingSignature { role });
        }
    }
    let two_people =
        |author: &Key, approver: &Key| author.public != approver.public && author.person != approver.person;
    match of(Role::Author).find(|author| of(Role::Approver).any(|approver| two_people(author, approver))) {
        Some(_) => Ok(()),
        None => {
            let person = of(Role::Author).map(|key| key.person.clone()).next().unwrap_or_default();
            Err(RefusedBundle::SamePerson { person })
        }
    }
}

/// The refusal, if the key of this signature is another role's in the keyring and signed as that, too.
fn both_roles(signed: &SignedBundle, signature: &Signature, keyring: &Keyring) -> Option<RefusedBundle> {
    let others =
        signed.signatures.iter().filter(|other| other.role != signature.role && other.key == signature.key);
    let person = others.filter_map(|other| keyring.find(other.role, &other.key)).next()?.person.clone();
    Some(RefusedBundle::SamePerson { person })
}

fn check_screen(document: &Document, expected: &Expected<'_>) -> Result<(), RefusedBundle> {
    let screen = &document.screen;
    if screen.id != *expected.screen {
        return Err(RefusedBundle::WrongScreen {
            offered: screen.id.clone(),
            screen: expected.screen.clone(),
        });
    }
    if screen.size != expected.size {
        let (offered, size) = (screen.size.to_string(), expected.size.to_string());
        return Err(RefusedBundle::WrongSize { offered, size });
    }
    Ok(())
}

fn check_version(offered: BundleRef, on_air: OnAirBundle) -> Result<(), RefusedBundle> {
    match on_air {
        OnAirBundle::AtLeast(on_air) if offered.version <= on_air.version && offered != on_air => {
            Err(RefusedBundle::Rollback { offered: offered.version, on_air: on_air.version })
        }
        OnAirBundle::AtLeast(_) | OnAirBundle::Nothing => Ok(()),
    }
}

fn check_validity(document: &Document, expected: &Expected<'_>) -> Result<(), RefusedBundle> {
    let validity = document.validity;
    match expected.trust {
        Trust::Trusted if validity.until <= expected.now => {
            Err(RefusedBundle::Expired { until: validity.until })
        }
        Trust::Trusted if expected.now < validity.from => {
            Err(RefusedBundle::NotYetValid { from: validity.from })
        }
        Trust::Trusted | Trust::Untrusted => Ok(()),
    }
}

fn check_fonts(document: &Document, expected: &Expected<'_>) -> Result<(), RefusedBundle> {
    match document.fonts.iter().find(|font| !expected.fonts.contains(font)) {
        Some(other) => Err(RefusedBundle::OtherFont { file: other.file.clone() }),
        None => Ok(()),
    }
}

fn check_languages(programme: &Programme) -> Result<(), RefusedBundle> {
    match programme.missing_languages().first() {
        Some((playlist, language)) => Err(RefusedBundle::MissingLanguage {
            playlist: (*playlist).to_owned(),
            language: (*language).clone(),
        }),
        None => Ok(()),
    }
}

/// All pictures that the document lists, each held against its digest and length there.
pub(crate) fn pictures(signed: &SignedBundle, listed: &[ListedPicture]) -> Result<Pictures, RefusedBundle> {
    listed
        .iter()
        .map(|listed| {
            let what = || format!("picture `{}`", listed.path);
            let picture = signed
                .assets
                .get(&listed.sha256)
                .ok_or_else(|| RefusedBundle::MissingAsset { what: what() })?;
            if picture.digest() == listed.sha256 && picture.bytes().len() as u64 == listed.bytes {
                Ok((listed.path.clone(), picture.clone()))
            } else {
                Err(RefusedBundle::DigestMismatch { what: what() })
            }
        })
        .collect()
}

fn check_pictures(programme: &Programme, pictures: &Pictures) -> Result<(), RefusedBundle> {
    let mut named = programme.playlists().iter().flat_map(Playlist::pictures);
    match named.find(|path| !pictures.contains_key(*path)) {
        Some(path) => Err(RefusedBundle::MissingAsset { what: format!("picture `{path}`") }),
        None => Ok(()),
    }
}
