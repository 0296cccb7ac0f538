//! `liangjian serve`: the pages of an edition, from one data folder.

use super::{Context, place::Place, printed};
use crate::{
    case_time, checkpoints, cleaning, listener,
    machine::{self, LogTo},
    retention, unified,
};
use anyhow::{Context as _, bail};
use chrono::{NaiveDate, Utc};
use domain::china_time::day_in_china;
use identity::password::policy::Policy;
use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use store::{Deed, Purpose, Store};
use tokio::{net::TcpListener, sync::oneshot, time::timeout};

/// How long the last checkpoint and its files may take at the end.
const VOUCHING_TIME_MAX: Duration = Duration::from_secs(10);

/// Arguments of `serve`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Try it out on this machine: everybody may take any role, with one click. Its data stay those of a demo.
    #[arg(long)]
    demo: bool,
    /// The edition to serve.
    #[arg(long, value_name = "ID", default_value = "wenzhou")]
    edition: String,
    #[command(flatten)]
    place: Place,
    /// Address to listen on.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    address: SocketAddr,
    #[command(flatten)]
    reach: ReachArguments,
    /// Which standard passwords are held to: long and not common, or also three kinds of characters and a change every 90
    /// days, as assessors of classified protection of level 3 ask.
    #[arg(long, value_enum, default_value = "asvs")]
    password_policy: PasswordPolicy,
    /// File that describes the city's unified identity (docs/guide/unified-identity.md).
    #[arg(long, value_name = "FILE")]
    unified_identity: Option<PathBuf>,
    /// A scanner for viruses: a program that reads a file from its standard input and ends with 0 where nothing is in it, with
    /// 1 where something is. Every file that is handed in goes through it.
    #[arg(long, value_name = "PROGRAM")]
    scanner: Option<PathBuf>,
}

/// How visitors reach the service, and what it tells the operator.
#[derive(clap::Args)]
struct ReachArguments {
    /// Visitors come through a proxy that speaks TLS: bind their browsers to TLS and mark every cookie as secure.
    #[arg(long)]
    behind_tls: bool,
    /// The address visitors open pages at, as `https://lj.example.cn`. Passkeys are bound to it; on loopback it is
    /// `http://localhost` and the port.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    origin: Option<String>,
    /// A name visitors reach the service under, as `lj.example.cn` or `lj.example.cn:8443`; requests for any other host are
    /// refused. Can be given again; that of `--origin` counts too. Where none is given every name is taken. A demo
    /// takes those of this machine alone.
    #[arg(long = "host", value_name = "HOST[:PORT]", value_parser = host_name)]
    hosts: Vec<String>,
    /// A proxy, or a network of them, whose `X-Forwarded-For` tells where visitors are. Can be given again.
    #[arg(long, value_name = "ADDRESS[/BITS]")]
    proxy: Vec<web::Network>,
    /// Grant so many times the usual number of requests; 0 refuses nobody for asking too often.
    #[arg(long, value_name = "N", default_value = "1")]
    quota_factor: u32,
    /// A second address, for the operator's machines: `/metrics` stands there and nowhere else.
    #[arg(long, value_name = "HOST:PORT")]
    metrics: Option<SocketAddr>,
    /// File for the log, one line of JSON a request; `-` is standard error, `none` keeps none.
    #[arg(long, value_name = "FILE", default_value = "-")]
    log: String,
}

/// Reads a name of a host, with a port where it has one.
fn host_name(text: &str) -> Result<String, String> {
    let name = text.to_ascii_lowercase();
    let is_sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_sound) {
        return Err(
            "write the name of a host, as lj.example.cn, with a port where visitors see one".to_owned()
        );
    }
    Ok(name)
}

/// How a demo is reached: it is on this machine, and a name that another site points at it is none of its.
fn names_of_this_machine(address: SocketAddr) -> Vec<String> {
    let own = SocketAddr::new(address.ip(), address.port()).to_string();
    let names = ["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{}", address.port()));
    let bare = |name: &String| name.strip_suffix(":80").map(str::to_owned);
    let all: Vec<String> = names.into_iter().chain([own]).collect();
    let without_port: Vec<String> = all.iter().filter_map(bare).collect();
    [all, without_port].concat()
}

impl ReachArguments {
    /// The names the service answers to; none where it answers to every one.
    fn names(&self) -> Vec<String> {
        if self.hosts.is_empty() {
            return Vec::new();
        }
        let origin = self.origin.as_deref().and_then(|origin| origin.split_once("://"));
        self.hosts.iter().cloned().chain(origin.map(|(_, host)| host.to_owned())).collect()
    }

    /// The machine as the pages see it.
    fn host(&self, address: SocketAddr, data: &Path) -> anyhow::Result<web::Host> {
        let reach = match (self.behind_tls, address.ip().is_loopback()) {
            (true, _) => web::Reach::Tls,
            (false, true) => web::Reach::Loopback,
            (false, false) => web::Reach::Plain,
        };
        let log = LogTo::parse(&self.log).open()?;
        machine::write_panics_down(log.clone());
        let secret = machine::secret(data)?;
        let place = (data.to_owned(), secret);
        let mut host = machine::host(reach, self.proxy.clone(), self.quota_factor, place, log);
        let own = || (reach == web::Reach::Loopback).then(|| format!("http://localhost:{}", address.port()));
        host.origin = self.origin.clone().or_else(own);
        Ok(host)
    }
}

impl Arguments {
    /// What `liangjian` without a command means.
    pub fn demo() -> Self {
        Self {
            demo: true,
            edition: "wenzhou".to_owned(),
            place: Place::default(),
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            reach: ReachArguments {
                behind_tls: false,
                origin: None,
                hosts: Vec::new(),
                proxy: Vec::new(),
                quota_factor: 1,
                metrics: None,
                log: "-".to_owned(),
            },
            password_policy: PasswordPolicy::Asvs,
            unified_identity: None,
            scanner: None,
        }
    }
}

/// The standards as the command line names them.
#[derive(Clone, Copy, clap::ValueEnum)]
enum PasswordPolicy {
    /// ASVS and SP 800-63B.
    Asvs,
    /// GB/T 22239-2019, level 3.
    Mlps3,
}

impl From<PasswordPolicy> for Policy {
    fn from(named: PasswordPolicy) -> Self {
        match named {
            PasswordPolicy::Asvs => Self::Asvs,
            PasswordPolicy::Mlps3 => Self::Mlps3,
        }
    }
}

/// Reads an origin: browsers bind passkeys to a host name that is reached over TLS, or to this machine.
fn origin(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| {
        let plain = text.strip_prefix("http://")?;
        (plain.split(':').next() == Some("localhost")).then_some(plain)
    });
    let name = host.and_then(|host| host.split(':').next()).unwrap_or_default();
    let is_name = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
    };
    let is_address = name.parse::<std::net::Ipv4Addr>().is_ok();
    let has_port =
        host.is_none_or(|host| host.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok()));
    if name.is_empty() || !is_name(name) || is_address || !has_port {
        return Err(
            "write https:// and a host name in small letters, with a port where it is not 443".to_owned()
        );
    }
    Ok(text.to_owned())
}

/// Serves until it is told to stop. An edition with problems is refused, and they are listed.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    refuse_public_demo(arguments)?;
    let tree = crate::editions::tree(context)?;
    let loaded = edition::load(&tree, &arguments.edition);
    if !loaded.problems.is_empty() {
        let lines: Vec<String> = loaded.problems.iter().map(|problem| format!("{problem}\n")).collect();
        io::stderr().lock().write_all(lines.concat().as_bytes())?;
        bail!(
            "an edition with problems is not served · `{0}`, listed above · mend them, then `liangjian check {0}`",
            arguments.edition
        );
    }
    let runtime = tokio::runtime::Runtime::new().context("the system gives no threads to serve with")?;
    runtime.block_on(serve(Arc::new(loaded.edition), arguments))?;
    Ok(true)
}

/// A demo stays on its machine: in it everybody may take any role.
fn refuse_public_demo(arguments: &Arguments) -> anyhow::Result<()> {
    let reach = &arguments.reach;
    let others = if reach.behind_tls {
        "--behind-tls".to_owned()
    } else if !reach.proxy.is_empty() {
        "--proxy".to_owned()
    } else if !arguments.address.ip().is_loopback() {
        arguments.address.to_string()
    } else {
        return Ok(());
    };
    if arguments.demo {
        bail!(
            "a demo is not served to others, for everybody may take any role in it · {others} · \
             serve without --demo, or on 127.0.0.1 and without a proxy"
        );
    }
    Ok(())
}

/// Opens the store, listens, answers until Ctrl-C or SIGTERM.
async fn serve(edition: Arc<edition::Edition>, arguments: &Arguments) -> anyhow::Result<()> {
    listener::make_room();
    let listener = bind(arguments.address).await?;
    let monitor = match arguments.reach.metrics {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let store = Store::open(&arguments.place.location()).await?;
    let purpose = if arguments.demo { Purpose::Demo } else { Purpose::Service };
    store.begin(purpose, &Deed::of_operator(machine::now())).await?;
    case_time::refuse_lacking(&store, &edition).await?;
    if arguments.demo {
        crate::demo::open_cases(&store, &edition, machine::now()).await?;
    }
    let address = listener.local_addr().context("the address that was bound cannot be read")?;
    let mut host = arguments.reach.host(address, &arguments.place.data)?;
    host.is_demo = arguments.demo;
    host.cleaner = cleaning::cleaner(arguments.scanner.clone())?;
    host.names = if arguments.demo { names_of_this_machine(address) } else { arguments.reach.names() };
    host.password_policy = arguments.password_policy.into();
    host.unified = arguments.unified_identity.as_deref().map(unified::read).transpose()?;
    let discovering = host.unified.clone().map(|one| tokio::spawn(unified::discover(one)));
    let procedures = Arc::clone(&edition);
    let (books, voices) = (web::Books::default(), web::Voices::default());
    let city = web::City { edition, store: store.clone(), today, books, voices, host };
    let service = web::Service::new(city);
    printed(&format!("Liangjian is at http://{address} · stop with Ctrl-C\n"))?;
    tell_how_to_begin(&store, arguments).await?;
    let retaining = tokio::spawn(retention::keep(store.clone()));
    let (ending, ended) = oneshot::channel::<()>();
    let ended = async { drop(ended.await) };
    let vouching = tokio::spawn(checkpoints::keep(store.clone(), arguments.place.data.clone(), ended));
    let passing = tokio::spawn(case_time::keep(store.clone(), procedures));
    let watching =
        monitor.map(|door| tokio::spawn(listener::serve(door, service.monitoring(), std::future::pending())));
    listener::serve(listener, service.pages(), asked_to_stop()).await;
    passing.abort();
    retaining.abort();
    // The last answers have been given, so the last checkpoint vouches for all of them.
    drop(ending);
    let _ = timeout(VOUCHING_TIME_MAX, vouching).await;
    discovering.inspect(tokio::task::JoinHandle::abort);
    watching.inspect(tokio::task::JoinHandle::abort);
    store.close().await;
    Ok(())
}

/// Says how the first people come in, where there are none and nobody can take a role.
async fn tell_how_to_begin(store: &Store, arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.demo || !store.has_no_people().await? {
        return Ok(());
    }
    let place = match &arguments.place.postgres {
        Some(_) => "--postgres URL".to_owned(),
        None => format!("--data {}", arguments.place.data.display()),
    };
    let edition = &arguments.edition;
    printed(&format!(
        "nobody has an account yet · begin with `liangjian account administrators --edition {edition} {place}`\n"
    ))
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| told(error, address))
}

/// Why an address cannot be listened on, and what to do.
fn told(error: io::Error, address: SocketAddr) -> anyhow::Error {
    let next = SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(8080));
    match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "the address is in use · {address} · stop what listens there, or use `--address {next}`"
        ),
        io::ErrorKind::PermissionDenied => anyhow::anyhow!(
            "the system does not allow this address · {address} · use a port above 1024: `--address {}:8080`",
            address.ip()
        ),
        io::ErrorKind::AddrNotAvailable => anyhow::anyhow!(
            "this machine has no such address · {address} · use `--address 127.0.0.1:{}`",
            address.port()
        ),
        _ => {
            anyhow::Error::new(error).context(format!("cannot listen · {address} · use another `--address`"))
        }
    }
}

/// Resolves on Ctrl-C, and on SIGTERM where the system has it.
async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// The date of today at the city.
#[expect(clippy::disallowed_methods, reason = "this program owns the clock")]
pub fn today() -> NaiveDate {
    day_in_china(Utc::now())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn the_standard_of_passwords_is_named_on_the_command_line() {
        let policy = |words: &[&str]| {
            let line = Line::try_parse_from(["serve"].iter().chain(words)).ok()?;
            Some(Policy::from(line.arguments.password_policy))
        };
        assert_eq!(policy(&[]), Some(Policy::Asvs));
        assert_eq!(policy(&["--password-policy", "mlps3"]), Some(Policy::Mlps3));
        assert_eq!(policy(&["--password-policy", "none"]), None);
    }

    #[test]
    fn a_demo_answers_to_the_names_of_this_machine_and_a_service_to_those_it_was_given() {
        let names = names_of_this_machine(SocketAddr::from(([127, 0, 0, 1], 8080)));
        assert_eq!(names, ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "127.0.0.1:8080"]);
        assert!(
            names_of_this_machine(SocketAddr::from(([127, 0, 0, 2], 80))).contains(&"127.0.0.2".to_owned())
        );
        let names = |words: &[&str]| {
            let line = Line::try_parse_from(["serve"].iter().chain(words)).ok()?;
            Some(line.arguments.reach.names().join(" "))
        };
        assert_eq!(names(&["--origin", "https://a.example.cn"]).as_deref(), Some(""));
        let both = names(&["--host", "B.example.cn", "--origin", "https://a.example.cn:8443"]);
        assert_eq!(both.as_deref(), Some("b.example.cn a.example.cn:8443"));
        assert_eq!(names(&["--host", "a/b"]), None);
    }

    #[test]
    fn an_origin_is_a_host_name_over_tls_or_this_machine() {
        for (text, is_sound) in [
            ("https://lj.example.cn", true),
            ("https://lj.example.cn/", true),
            ("https://lj.example.cn:8443", true),
            ("http://localhost:8080", true),
            ("http://lj.example.cn", false),
            ("https://192.0.2.1", false),
            ("https://LJ.example.cn", false),
            ("https://lj.example.cn/path", false),
            ("https://lj.example.cn:port", false),
            ("lj.example.cn", false),
            ("https://", false),
        ] {
            assert_eq!(origin(text).is_ok(), is_sound, "{text}");
        }
    }
}
