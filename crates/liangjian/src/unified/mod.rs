//! The city's unified identity on this machine: its file, and the one client that speaks to another host.

use anyhow::{Context as _, anyhow};
use identity::{secret::Secret, unified_identity::Registration};
use serde::Deserialize;
use std::{
    io::{self, Write as _},
    net::{IpAddr, Ipv6Addr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::task::spawn_blocking;
use ureq::{
    Agent,
    config::Config,
    http::{Request, Uri},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};
use web::{Errand, SecondFactor, UnifiedIdentity, Unreachable};

/// How long an answer may take.
const ANSWER_SECONDS: u64 = 5;
/// Longest answer that is read.
const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// How long to wait before a provider that is away is asked about itself again.
const RETRY_SECONDS: u64 = 30;

/// The page the provider sends people back to.
const RETURN: &str = "/sign-in/unified/return";

/// The file of the operator.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    redirect_uri: String,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    second_factor: Values,
    /// Whether the provider stands in a private network.
    #[serde(default)]
    is_private: bool,
    /// Certificates of the authorities that vouch for it, in the place of those that browsers know.
    authorities_file: Option<PathBuf>,
    label: Label,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Values {
    acr: Vec<String>,
    amr: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    zh: String,
    en: String,
}

/// Reads the file and makes the client; nothing is asked yet.
pub fn read(file: &Path) -> anyhow::Result<UnifiedIdentity> {
    let text = std::fs::read_to_string(file).with_context(|| {
        format!("the unified identity cannot be read · {} · see `--unified-identity`", file.display())
    })?;
    let settings: Settings = toml::from_str(&text).map_err(|error| {
        anyhow!("the unified identity cannot be understood · {}, {error} · mend the file", file.display())
    })?;
    if !settings.redirect_uri.ends_with(RETURN) {
        return Err(anyhow!(
            "the redirect address leads to no page of ours · {} · end it with `{RETURN}`",
            file.display()
        ));
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let client_secret = settings.client_secret_file.map(|name| secret(&folder.join(name))).transpose()?;
    let registration = Registration {
        client_id: settings.client_id,
        client_secret,
        redirect_uri: settings.redirect_uri,
        scopes: settings.scopes,
        leeway_seconds: 60,
    };
    let issuer: Uri = settings
        .issuer
        .parse()
        .map_err(|_| anyhow!("the issuer is no address · {} · write `https://…`", file.display()))?;
    let host = issuer.host().unwrap_or_default().to_owned();
    let roots = settings.authorities_file.map(|name| authorities(&folder.join(name))).transpose()?;
    let guard = Guard { private: (settings.is_private || is_here(&host)).then_some(host) };
    let agent = agent(guard, roots.unwrap_or(RootCerts::WebPki));
    let label = domain::Bilingual { zh: settings.label.zh, en: settings.label.en };
    let second = SecondFactor { acr: settings.second_factor.acr, amr: settings.second_factor.amr };
    let fetch: web::Fetch = Arc::new(move |errand| {
        let agent = agent.clone();
        Box::pin(
            async move { spawn_blocking(move || answer(&agent, &errand)).await.unwrap_or(Err(Unreachable)) },
        )
    });
    Ok(UnifiedIdentity::new(label, (settings.issuer, registration), second, fetch))
}

fn secret(file: &Path) -> anyhow::Result<Secret> {
    let text = std::fs::read_to_string(file).with_context(|| {
        format!("the client secret cannot be read · {} · see `client_secret_file`", file.display())
    })?;
    Ok(Secret::from(text.trim().to_owned()))
}

fn authorities(file: &Path) -> anyhow::Result<RootCerts> {
    let pem = std::fs::read(file).with_context(|| {
        format!("the certificates cannot be read · {} · see `authorities_file`", file.display())
    })?;
    let certificates = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<Certificate<'static>> = certificates.collect();
    if certificates.is_empty() {
        return Err(anyhow!("there is no certificate · {} · write them as PEM", file.display()));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

/// Asks the provider about itself until it answers. What keeps it from that is said once, on standard error.
pub async fn discover(unified: UnifiedIdentity) {
    let mut told = String::new();
    while let Err(fault) = unified.discover().await {
        let problem = fault.to_string();
        if problem != told {
            // Where even this cannot be written, the sign-in page tells.
            let _ = writeln!(io::stderr(), "unified identity: {problem}");
        }
        told = problem;
        tokio::time::sleep(Duration::from_secs(RETRY_SECONDS)).await;
    }
}

fn agent(guard: Guard, roots: RootCerts) -> Agent {
    let config = Config::builder()
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .timeout_global(Some(Duration::from_secs(ANSWER_SECONDS)))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        // A proxy of the environment would see the secret and choose the host.
        .proxy(None)
        .build();
    Agent::with_parts(config, DefaultConnector::default(), guard)
}

fn answer(agent: &Agent, errand: &Errand) -> Result<(u16, Vec<u8>), Unreachable> {
    let mut request = Request::builder().uri(&errand.url);
    for (name, value) in &errand.headers {
        request = request.header(*name, value.expose_bytes());
    }
    let sent = match &errand.body {
        Some(body) => agent.run(request.method("POST").body(body.expose_bytes()).map_err(|_| Unreachable)?),
        None => agent.run(request.body(()).map_err(|_| Unreachable)?),
    };
    let mut response = sent.map_err(|_| Unreachable)?;
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    Ok((status, body.map_err(|_| Unreachable)?))
}

/// Looks up names, and gives no address inside: a name of the net must not lead to machines of this network. It looks
/// at the very addresses that are connected to, so a name that changes between two look-ups wins nothing.
#[derive(Debug)]
struct Guard {
    /// The one host that may stand inside.
    private: Option<String>,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        let may_be_inside = self.private.as_deref() == Some(host);
        let is_encrypted = uri.scheme_str() == Some("https");
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let is_fit = |address: IpAddr| {
            (may_be_inside || is_outside(address)) && (is_encrypted || address.is_loopback())
        };
        if found.iter().all(|address| is_fit(address.ip())) {
            Ok(found)
        } else {
            Err(ureq::Error::HostNotFound)
        }
    }
}

fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1")
}

/// Whether an address is one of the open net.
fn is_outside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let [first, second, ..] = four.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            let is_inside = four.is_private() || four.is_loopback() || four.is_link_local() || is_shared;
            !is_inside && first != 0 && first < 224
        }
        IpAddr::V6(six) => match embedded(six) {
            Some(four) => is_outside(four),
            // Global unicast; all else is local, a group, or a tunnel.
            None => six.segments()[0] & 0xe000 == 0x2000 && six.segments()[0] != 0x2002,
        },
    }
}

fn embedded(six: Ipv6Addr) -> Option<IpAddr> {
    six.to_ipv4_mapped().map(IpAddr::V4)
}

#[cfg(test)]
mod tests;
