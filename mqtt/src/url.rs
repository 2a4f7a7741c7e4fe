//! Where the broker is, as people write it.

use std::{fmt, net::Ipv6Addr};

/// Where the broker is: `mqtt://host:port` or `mqtts://host:port`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerUrl {
    tls: bool,
    /// Without the brackets of an IPv6 address.
    host: String,
    port: u16,
}

/// What is not the address of a broker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not the address of a broker: {rule}")]
pub struct BadBrokerUrl {
    /// What was written, without a password that may have been in it, and shortened.
    pub value: String,
    /// The rule that it breaks.
    pub rule: &'static str,
}

const SHAPE: &str = "`mqtt://host:port`, or `mqtts://host:port` with TLS";

impl BrokerUrl {
    /// Reads `mqtt://host` (port 1883) or `mqtts://host` (port 8883), or either with a port.
    pub fn parse(value: &str) -> Result<Self, BadBrokerUrl> {
        let bad = |rule| BadBrokerUrl { value: without_password(value), rule };
        let (scheme, rest) = value.split_once("://").ok_or_else(|| bad(SHAPE))?;
        let (tls, default_port) = match scheme {
            "mqtt" => (false, 1883),
            "mqtts" => (true, 8883),
            _ => return Err(bad(SHAPE)),
        };
        if rest.contains('@') {
            return Err(bad("name and password do not belong here, others would see them"));
        }
        if rest.contains(['/', '?', '#']) {
            return Err(bad("nothing follows the port"));
        }
        let (host, port) = match rest.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']').ok_or_else(|| bad("`[` is closed by `]`"))?;
                host.parse::<Ipv6Addr>().map_err(|_| bad("in brackets is an IPv6 address"))?;
                match port.strip_prefix(':') {
                    Some(port) => (host, Some(port)),
                    None if port.is_empty() => (host, None),
                    None => return Err(bad(SHAPE)),
                }
            }
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        if !rest.starts_with('[') && !is_name(host) {
            return Err(bad("the host is a name or an address, IPv6 in brackets"));
        }
        let port = match port {
            None => default_port,
            Some(port) => read_port(port).ok_or_else(|| bad("the port is 1 to 65535"))?,
        };
        Ok(Self { tls, host: host.to_owned(), port })
    }

    /// Whether the connection is encrypted and the broker proves who it is.
    pub fn tls(&self) -> bool {
        self.tls
    }

    /// A name or an address, IPv6 without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for BrokerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tls, host, port } = self;
        let scheme = if *tls { "mqtts" } else { "mqtt" };
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{port}")
        } else {
            write!(f, "{scheme}://{host}:{port}")
        }
    }
}

fn is_name(host: &str) -> bool {
    (1..=253).contains(&host.len())
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        && host.split('.').all(|label| !label.is_empty())
}

fn read_port(port: &str) -> Option<u16> {
    let digits = port.bytes().all(|b| b.is_ascii_digit());
    port.parse().ok().filter(|port| digits && *port > 0)
}

/// An error message goes to logs and screens, where a password has no business.
fn without_password(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((_, rest)) => format!("…@{}", rest.chars().take(100).collect::<String>()),
        None => value.chars().take(100).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, shown: &str) {
        let url = BrokerUrl::parse(written).unwrap();
        assert_eq!(url.to_string(), shown);
        assert_eq!(BrokerUrl::parse(shown), Ok(url));
    }

    #[test]
    fn reads_addresses() {
        check("mqtt://broker", "mqtt://broker:1883");
        check("mqtts://broker", "mqtts://broker:8883");
        check("mqtt://127.0.0.1:41883", "mqtt://127.0.0.1:41883");
        check("mqtts://cua-khau.example.vn:1", "mqtts://cua-khau.example.vn:1");
        check("mqtt://compose_broker_1:65535", "mqtt://compose_broker_1:65535");
        check("mqtt://[::1]", "mqtt://[::1]:1883");
        check("mqtts://[fe80::1]:443", "mqtts://[fe80::1]:443");
    }

    #[test]
    fn takes_an_address_apart() {
        let url = BrokerUrl::parse("mqtts://[::1]:8884").unwrap();
        assert_eq!((url.tls(), url.host(), url.port()), (true, "::1", 8884));
    }

    #[track_caller]
    fn check_refused(written: &str, rule: &str) {
        let refused = BrokerUrl::parse(written).unwrap_err();
        assert!(refused.rule.contains(rule), "{written:?}: {refused}");
        assert!(refused.value.chars().count() <= 102, "{written:?}: not shortened");
    }

    #[test]
    fn refuses_what_is_not_an_address() {
        check_refused("", "mqtt://host:port");
        check_refused("broker:1883", "mqtt://host:port");
        check_refused("MQTT://broker", "mqtt://host:port");
        check_refused("http://broker", "mqtt://host:port");
        check_refused("ws://broker", "mqtt://host:port");
        check_refused(&"ក".repeat(5000), "mqtt://host:port");
        check_refused("mqtt://", "the host is");
        check_refused("mqtt://:1883", "the host is");
        check_refused("mqtt://cửa-khẩu", "the host is");
        check_refused("mqtt://a..b", "the host is");
        check_refused("mqtt://a b", "the host is");
        check_refused(&format!("mqtt://{}", "a".repeat(254)), "the host is");
        check_refused("mqtt://::1", "the host is");
        check_refused("mqtt://[::1", "closed by");
        check_refused("mqtt://[broker]", "an IPv6 address");
        check_refused("mqtt://[::1]1883", "mqtt://host:port");
        check_refused("mqtt://broker:", "1 to 65535");
        check_refused("mqtt://broker:0", "1 to 65535");
        check_refused("mqtt://broker:65536", "1 to 65535");
        check_refused("mqtt://broker:+1883", "1 to 65535");
        check_refused("mqtt://broker:1883:1", "1 to 65535");
        check_refused("mqtt://broker/", "nothing follows");
        check_refused("mqtt://broker:1883/path", "nothing follows");
        check_refused("mqtt://broker?client_id=1", "nothing follows");
        check_refused("mqtt://gate:secret@broker", "name and password");
    }

    #[test]
    fn never_repeats_a_password() {
        for written in ["mqtt://gate:secret@broker", "http://gate:secret@broker", "gate:secret@broker"] {
            let told = BrokerUrl::parse(written).unwrap_err().to_string();
            assert!(!told.contains("secret") && told.contains("…@broker"), "{told}");
        }
    }
}
