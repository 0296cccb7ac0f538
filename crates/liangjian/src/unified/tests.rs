//! The file of the operator, and the client against a provider on this machine.

use super::*;
use std::{io::Read as _, net::TcpListener, thread};

const TEXT: &str = "client_id = 'lj'\nclient_secret_file = 'secret'\nlabel = { zh = 'a', en = 'b' }\n";
const REDIRECT: &str = "redirect_uri = 'https://lj.example.org/sign-in/unified/return'\n";

/// The unified identity of a file with these lines besides.
fn with(lines: &str) -> anyhow::Result<UnifiedIdentity> {
    described(&format!("{REDIRECT}{lines}"))
}

fn described(lines: &str) -> anyhow::Result<UnifiedIdentity> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unified.toml");
    std::fs::write(folder.path().join("secret"), "s\n").unwrap();
    std::fs::write(folder.path().join("no-certificate"), "text").unwrap();
    std::fs::write(&file, format!("{TEXT}{lines}\n")).unwrap();
    read(&file)
}

#[test]
fn addresses_inside_are_told_from_those_outside() {
    for inside in [
        "10.1.2.3", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fc00::1",
        "::ffff:10.0.0.1",
    ] {
        assert!(!is_outside(inside.parse().unwrap()), "{inside}");
    }
    for outside in ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"] {
        assert!(is_outside(outside.parse().unwrap()), "{outside}");
    }
}

#[test]
fn a_file_is_read_and_what_is_wrong_with_it_is_told() {
    let issuer = "issuer = 'https://id.example.org'\n";
    assert!(!with(issuer).unwrap().is_known());
    for (lines, told) in [
        ("unknown = 1", "mend the file"),
        ("authorities_file = 'absent'", "see `authorities_file`"),
        ("authorities_file = 'no-certificate'", "write them as PEM"),
    ] {
        let error = with(&format!("{issuer}{lines}")).err().unwrap();
        assert!(format!("{error:#}").contains(told), "{error:#}");
    }
    assert!(with("issuer = ' '").is_err());
    let elsewhere = described(&format!("{issuer}redirect_uri = 'https://lj.example.org/'")).err().unwrap();
    assert!(format!("{elsewhere:#}").contains("end it with `/sign-in/unified/return`"), "{elsewhere:#}");
}

/// What a provider answers, made from its issuer.
type Say = fn(&str) -> String;

/// A provider on this machine that answers each connection with what `answer` makes of its issuer.
fn provider(answer: Say) -> UnifiedIdentity {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let unified = with(&format!("issuer = '{issuer}'")).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            // A client that has seen enough hangs up.
            let _ = stream.write_all(answer(&issuer).as_bytes());
        }
    });
    unified
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// What a provider of this issuer says about itself.
fn document(issuer: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/a","token_endpoint":"{issuer}/t","jwks_uri":"{issuer}/k"}}"#
    )
}

#[tokio::test]
async fn a_provider_is_asked_about_itself_and_one_that_misleads_is_not_used() {
    let cases: [(&str, Say, bool); 6] = [
        ("honest", |issuer| ok(&document(issuer)), true),
        ("of another issuer", |_| ok(&document("https://id.example.org")), false),
        (
            "leading elsewhere",
            |issuer| {
                format!(
                    "HTTP/1.1 302 Found\r\nlocation: {issuer}/b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
            },
            false,
        ),
        ("endless", |issuer| ok(&format!("{}{}", document(issuer), " ".repeat(2 << 20))), false),
        (
            "in trouble",
            |_| "HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
            false,
        ),
        ("no HTTP", |_| "SSH-2.0-none\r\n".to_owned(), false),
    ];
    for (name, answer, is_used) in cases {
        let unified = provider(answer);
        assert_eq!((unified.discover().await.is_ok(), unified.is_known()), (is_used, is_used), "{name}");
    }
}

#[test]
fn an_errand_carries_its_headers_and_its_form() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let provider = thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let (mut sent, mut part) = (String::new(), [0; 4096]);
        while !sent.ends_with("code=c") {
            let length = stream.read(&mut part).unwrap();
            sent.push_str(std::str::from_utf8(&part[..length]).unwrap());
        }
        stream.write_all(ok("{}").as_bytes()).unwrap();
        sent.to_lowercase()
    });
    let secret = |text: &str| Secret::from(text.to_owned());
    let headers = vec![("accept", secret("application/json")), ("authorization", secret("Basic bGo6cw=="))];
    let errand = Errand { url, headers, body: Some(secret("grant_type=authorization_code&code=c")) };
    let guard = || Guard { private: Some("127.0.0.1".to_owned()) };
    let answered = answer(&agent(guard(), RootCerts::WebPki), &errand).unwrap();
    assert_eq!(answered, (200, b"{}".to_vec()));
    let sent = provider.join().unwrap();
    for part in [
        "post /token http/1.1", "accept: application/json", "authorization: basic bgo6cw==",
        "\r\n\r\ngrant_type=",
    ] {
        assert!(sent.contains(part), "{part}: {sent}");
    }
}

#[test]
fn no_host_but_the_one_of_the_operator_may_stand_inside() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let errand = Errand { url, headers: Vec::new(), body: None };
    for private in [None, Some("id.example.org".to_owned())] {
        assert_eq!(answer(&agent(Guard { private }, RootCerts::WebPki), &errand), Err(Unreachable));
    }
    assert!(listener.accept().is_err(), "nobody connected");
}

/// A provider that takes connections one after another and does with each what `behave` does; its address.
fn hostile(behave: impl Fn(&mut std::net::TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            behave(&mut stream);
        }
    });
    url
}

fn exchange(url: String) -> Result<(u16, Vec<u8>), Unreachable> {
    let secret = |text: &str| Secret::from(text.to_owned());
    let headers = vec![("authorization", secret("Basic bGo6cw=="))];
    let errand = Errand { url, headers, body: Some(secret("grant_type=authorization_code&code=c")) };
    answer(&agent(Guard { private: Some("127.0.0.1".to_owned()) }, RootCerts::WebPki), &errand)
}

#[test]
fn neither_code_nor_secret_follows_a_token_endpoint_that_leads_elsewhere() {
    let thief = TcpListener::bind("127.0.0.1:0").unwrap();
    thief.set_nonblocking(true).unwrap();
    let there = format!("http://{}/token", thief.local_addr().unwrap());
    for status in
        ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let there = there.clone();
        let url = hostile(move |stream| {
            let head =
                format!("HTTP/1.1 {status}\r\nlocation: {there}\r\ncontent-length: 0\r\nconnection: close");
            let _ = stream.write_all(format!("{head}\r\n\r\n").as_bytes());
        });
        let (told, body) = exchange(url).unwrap();
        assert!((300..400).contains(&told) && body.is_empty(), "{told}");
        // What the sign-in makes of it: no token.
        assert!(identity::unified_identity::id_token_in(told, &body).is_err());
    }
    assert!(thief.accept().is_err(), "nobody went there");
}

#[test]
fn an_answer_of_ten_megabytes_is_given_up_whether_or_not_it_says_so() {
    for length in ["content-length: 10485760\r\n", ""] {
        let url = hostile(move |stream| {
            let _ =
                stream.write_all(format!("HTTP/1.1 200 OK\r\n{length}connection: close\r\n\r\n").as_bytes());
            for _ in 0..160 {
                if stream.write_all(&vec![b' '; 64 << 10]).is_err() {
                    return;
                }
            }
        });
        assert_eq!(exchange(url), Err(Unreachable), "{length:?}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "this test is about time")]
fn an_answer_that_drips_is_given_up_after_five_seconds() {
    let url = hostile(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        for _ in 0..100 {
            thread::sleep(Duration::from_millis(200));
            if stream.write_all(b" ").is_err() {
                return;
            }
        }
    });
    let begun = std::time::Instant::now();
    assert_eq!(exchange(url), Err(Unreachable));
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(ANSWER_SECONDS + 3), "{took:?}");
}

#[tokio::test]
async fn a_provider_that_says_it_is_another_or_takes_no_challenge_is_not_used() {
    let cases: [(&str, Say); 5] = [
        ("no issuer", |issuer| ok(&document(issuer).replace("issuer", "isuer"))),
        ("two documents", |issuer| ok(&document(issuer).repeat(2))),
        ("plain token endpoint elsewhere", |issuer| {
            ok(&document(issuer).replace(&format!("{issuer}/t"), "http://192.0.2.1/t"))
        }),
        ("plain challenges only", |issuer| {
            ok(&document(issuer).replace('{', r#"{"code_challenge_methods_supported":["plain"],"#))
        }),
        ("a list", |issuer| ok(&format!("[{}]", document(issuer)))),
    ];
    for (name, answer) in cases {
        assert!(provider(answer).discover().await.is_err(), "{name}");
    }
}
