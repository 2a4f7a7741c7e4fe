//! `acl`: who may say and read what at a broker of one's own, as Mosquitto reads it.

use std::{collections::BTreeSet, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;
use playlists::{Gates, ScreenId};
use protocol::Topic;
use serde::Serialize;

use crate::{broker::CONTROLLER, command_line::Options, failure::Usage};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The gates file: each screen's agent logs in under the screen's name
    #[arg(value_name = "GATES")]
    gates: PathBuf,
    /// Under which name the controller logs in
    #[arg(long, value_name = "NAME", default_value = CONTROLLER, value_parser = name)]
    controller: String,
    /// Somebody who reads everything and says nothing; may be given more than once
    #[arg(long, value_name = "NAME", value_parser = name)]
    reader: Vec<String>,
}

/// What stands for itself in a file of rights, whatever else may be in a user's name.
fn name(written: &str) -> Result<String, &'static str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    let is_name = (1..=64).contains(&written.len()) && written.chars().all(fits);
    is_name
        .then(|| written.to_owned())
        .ok_or("a name is 1 to 64 letters, digits and - _ . @, without accents")
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer {
    format: u32,
    acl: String,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = arguments.gates.display().to_string();
    let text = std::fs::read_to_string(&arguments.gates).with_context(|| format!("reading {file}"))?;
    let gates = super::check::parse_gates(&file, &text)?;
    // Two users of one name would have each other's rights.
    let mut names: BTreeSet<&str> = gates.screens.keys().map(ScreenId::as_str).collect();
    for name in arguments.reader.iter().chain([&arguments.controller]) {
        if !names.insert(name) {
            return Err(Usage(format!(
                "`{name}` is the name of two: of a screen, a reader or the controller"
            ))
            .into());
        }
    }
    let acl = acl(&gates, &arguments.controller, &arguments.reader);
    options.answer(&Answer { format: protocol::FORMAT, acl: acl.clone() }, acl)?;
    Ok(ExitCode::SUCCESS)
}

/// The rights of the embedded broker, name by name: whoever is not in it may do nothing.
fn acl(gates: &Gates, controller: &str, readers: &[String]) -> String {
    let screens = || gates.screens.keys();
    let to_controller: Vec<_> = screens().flat_map(Topic::of_agent_to_write).collect();
    // The keyring is of all agents.
    let from_controller: BTreeSet<_> =
        screens().flat_map(Topic::of_agent_to_read).map(|topic| topic.to_string()).collect();
    let lines = |right: &str, topics: &mut dyn Iterator<Item = String>| -> String {
        topics.map(|topic| format!("topic {right} {topic}\n")).collect()
    };
    let of_agent = |screen: &ScreenId| {
        let read = lines("read", &mut Topic::of_agent_to_read(screen).iter().map(Topic::to_string));
        let write = lines("write", &mut Topic::of_agent_to_write(screen).iter().map(Topic::to_string));
        format!("\nuser {screen}\n{read}{write}")
    };
    let mut text =
        "# Written by `controller acl`. Whenever a screen comes or goes, it is to be written anew.\n"
            .to_owned();
    text += &format!("\nuser {controller}\n");
    text += &lines("read", &mut to_controller.iter().map(Topic::to_string));
    text += &lines("write", &mut from_controller.into_iter());
    text.extend(readers.iter().map(|reader| format!("\nuser {reader}\ntopic read {}#\n", protocol::PREFIX)));
    text.extend(screens().map(of_agent));
    text
}

#[cfg(test)]
mod tests {
    use playlists::{Gates, ScreenId};
    use protocol::Topic;

    use super::{acl, name};
    use crate::broker::Clients;

    const GATES: &str = "[[gate]]\nname.vi = 'Cửa khẩu'\ntime-zone = 'Asia/Ho_Chi_Minh'\n\
                         [[gate.screen]]\nid = 'one'\nsize = '192x64'\nprofile = 'plaza'\nlanguages = ['vi']\nlayout = 'rotate'\n\
                         [[gate.screen]]\nid = 'two'\nsize = '192x64'\nprofile = 'plaza'\nlanguages = ['vi']\nlayout = 'rotate'\n";

    /// As Mosquitto understands it: what no line of the user allows is not allowed.
    fn allows(acl: &str, user: &str, right: &str, topic: &str) -> bool {
        let mut of = "";
        acl.lines().any(|line| {
            of = line.strip_prefix("user ").unwrap_or(of);
            let named = line.strip_prefix("topic ").and_then(|line| line.split_once(' '));
            of == user
                && named.is_some_and(|(kind, named)| {
                    let below = named.strip_suffix('#').is_some_and(|above| topic.starts_with(above));
                    kind == right && (named == topic || below)
                })
        })
    }

    #[test]
    fn a_name_is_no_line_of_rights() {
        for fine in ["controller", "tram-7", "ky.thuat@tinh", &"a".repeat(64)] {
            assert_eq!(name(fine), Ok(fine.to_owned()));
        }
        for wrong in ["", "a b", "a\ntopic write #", "#", "+", "kỹ", &"a".repeat(65)] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn says_the_same_as_the_embedded_broker() {
        let acl = acl(&Gates::parse("gates", GATES).unwrap(), "controller", &["reader".to_owned()]);
        let client = |user: &str, rights: &str| {
            let digest = playlists::Digest::of(b"a password");
            format!("[[client]]\nuser = '{user}'\nrights = '{rights}'\npassword-sha256 = '{digest}'\n")
        };
        let clients = [client("one", "agent"), client("two", "agent"), client("reader", "reader")].concat();
        let embedded = Clients::parse("clients", &clients).unwrap().with_controller("another");
        let screens = ["one", "two"].map(|id| ScreenId::parse(id).unwrap());
        let topics = screens.iter().flat_map(|screen| {
            Topic::of_agent_to_read(screen).into_iter().chain(Topic::of_agent_to_write(screen))
        });
        let (mut seen, mut allowed) = (0, 0);
        for topic in topics {
            let name = topic.to_string();
            for user in ["one", "two", "reader", "controller", "stranger"] {
                let write = allows(&acl, user, "write", &name);
                assert_eq!(write, embedded.may_publish(user, &name), "{user} writes {name}");
                let read = allows(&acl, user, "read", &name);
                // What the controller says itself it need not hear again.
                let heard =
                    embedded.may_subscribe(user, &name) && (user != "controller" || topic.from_agent());
                assert_eq!(read, heard, "{user} reads {name}");
                seen += 2;
                allowed += usize::from(read) + usize::from(write);
            }
        }
        assert!(seen > 200 && allowed > 50 && allowed < seen / 2, "{allowed} of {seen}\n{acl}");
    }
}
