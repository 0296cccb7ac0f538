//! Where a visitor is: the other end of the connection, or what a proxy that is trusted says about it.

use axum::http::HeaderMap;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Addresses that begin alike: `10.0.0.0/8`, or a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl Network {
    /// The network of an address: the next 256 of IPv4, what one line of IPv6 usually has.
    pub fn around(address: IpAddr) -> Self {
        let address = plain(address);
        Self::new(address, if address.is_ipv4() { 24 } else { 56 })
    }

    fn new(address: IpAddr, bits: u8) -> Self {
        let first = match address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
                Ipv4Addr::from_bits(address.to_bits() & mask).into()
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                Ipv6Addr::from_bits(address.to_bits() & mask).into()
            }
        };
        Self { first, bits }
    }

    /// Whether an address is one of these.
    pub fn contains(self, address: IpAddr) -> bool {
        let address = plain(address);
        address.is_ipv4() == self.first.is_ipv4() && Self::new(address, self.bits) == self
    }
}

/// An IPv4 address that was written as one of IPv6, as itself.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no network · write an address, or one with its bits: 10.0.0.0/8");
        let (address, bits) = text.split_once('/').map_or((text, None), |(left, right)| (left, Some(right)));
        let address = plain(address.parse().map_err(|_| wrong())?);
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        let network = Self::new(address, bits.min(most));
        if bits > most || network.first != address { Err(wrong()) } else { Ok(network) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

/// The address of the visitor behind `peer`.
///
/// Each proxy adds to the end of `X-Forwarded-For` whom it heard from; anybody can write what stands before. So it
/// is read from the end, for as long as the address before is a proxy that is trusted.
pub fn of_visitor(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or_default()).collect();
    let told = lines.iter().flat_map(|line| line.split(',')).map(str::trim).rev();
    let mut visitor = plain(peer);
    for address in told {
        if !is_proxy(visitor) {
            break;
        }
        match address.parse() {
            Ok(address) => visitor = plain(address),
            Err(_) => break,
        }
    }
    visitor
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_holds_the_addresses_that_begin_alike() {
        let cases = [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("0.0.0.0/0", "200.1.1.1", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
            ("2001:db8::/56", "2001:db8:0:ff::1", true),
            ("2001:db8::/56", "2001:db8:0:100::1", false),
            ("::/0", "10.0.0.1", false),
        ];
        for (text, address, inside) in cases {
            assert_eq!(network(text).contains(address.parse().unwrap()), inside, "{text} {address}");
            assert_eq!(network(&network(text).to_string()), network(text));
        }
        for text in ["10.0.0.1/8", "10.0.0.0/33", "::/129", "a", "10.0.0.0/", "10.0.0.0/-1", ""] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        assert_eq!(Network::around("192.0.2.77".parse().unwrap()), network("192.0.2.0/24"));
        assert_eq!(Network::around("::ffff:192.0.2.77".parse().unwrap()), network("192.0.2.0/24"));
        assert_eq!(Network::around("2001:db8::1:2:3".parse().unwrap()), network("2001:db8::/56"));
    }

    #[test]
    fn only_a_trusted_proxy_tells_where_a_visitor_is() {
        let cases: [(&str, &[&str], &str); 8] = [
            ("192.0.2.9", &["198.51.100.1"], "192.0.2.9"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            // What the visitor wrote himself stands before what the proxy added.
            ("10.0.0.1", &["203.0.113.5, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["203.0.113.5", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, nonsense"], "10.0.0.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
        ];
        let proxies = [network("10.0.0.0/8")];
        for (peer, told, visitor) in cases {
            let mut headers = HeaderMap::new();
            for line in told {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            let found = of_visitor(peer.parse().unwrap(), &headers, &proxies);
            assert_eq!(found.to_string(), visitor, "{peer} {told:?}");
        }
    }
}
