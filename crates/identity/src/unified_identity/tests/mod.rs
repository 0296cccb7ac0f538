//! Sign-ins with a small provider, and the ways a token lies.

mod provider;

use super::key_set::Algorithm;
use super::*;
use crate::{counted_chance, published_rsa};
use provider::{CLIENT, ISSUER, SmallProvider, p256_key, provider, registration};
use serde_json::{Value, json};

fn start() -> DateTime<Utc> {
    "2026-11-28T09:00:00Z".parse().expect("a moment of a test")
}

fn keys(small: &SmallProvider) -> KeySet {
    KeySet::read(small.key_set().to_string().as_bytes()).expect("a sound set")
}

/// Header and payload of an honest token.
fn honest(nonce: &str) -> (Value, Value) {
    let at = start().timestamp();
    let payload = json!({
        "iss": ISSUER, "sub": "person-1", "aud": CLIENT, "nonce": nonce,
        "iat": at + 50, "exp": at + 350, "auth_time": at + 40, "level": "2",
    });
    (json!({ "alg": "ES256", "kid": "e" }), payload)
}

/// A sign-in from departure to claims; `lie` changes header and payload before they are signed, `spoil` the token.
fn sign_in(
    small: &mut SmallProvider,
    algorithm: &str,
    lie: impl FnOnce(&mut Value, &mut Value),
    spoil: impl FnOnce(String) -> String,
) -> Result<Claims, Refusal> {
    let set = keys(small);
    let departure = provider().depart(start(), &mut counted_chance(1));
    let arrival = small.visit(&departure);
    let (mut header, mut payload) = honest(&departure.pending.nonce);
    lie(&mut header, &mut payload);
    let token = spoil(small.sign(algorithm, &header, &payload));
    let now = start() + TimeDelta::seconds(60);
    let (exchange, expectation) = token_exchange(&provider(), departure.pending, &arrival, now)?;
    let (status, body) = small.answer(&exchange, &token);
    check(&provider(), expectation, &id_token_in(status, &body)?, &set, now)
}

#[test]
fn a_person_signs_in_with_a_curve() {
    for (algorithm, kid) in [("ES256", "e"), ("EdDSA", "d")] {
        let name = |header: &mut Value, _: &mut Value| *header = json!({ "alg": algorithm, "kid": kid });
        let claims = sign_in(&mut SmallProvider::new(), algorithm, name, |token| token).expect("honest");
        assert_eq!((claims.issuer.as_str(), claims.subject.as_str()), (ISSUER, "person-1"));
        assert_eq!(claims.authenticated_at, Some(start() + TimeDelta::seconds(40)));
        assert_eq!(claims.further.get("level"), Some(&json!("2")));
        let nameless = |header: &mut Value, _: &mut Value| *header = json!({ "alg": algorithm });
        assert!(sign_in(&mut SmallProvider::new(), algorithm, nameless, |token| token).is_ok());
    }
}

#[test]
fn a_published_signature_of_rsa_holds_and_none_that_was_changed() {
    let set = keys(&SmallProvider::new());
    let key = set.find(Algorithm::Rs256, None).expect("there is one");
    for (message, signature, holds) in published_rsa::pairs() {
        assert_eq!(key.has_signed(&message, &signature), holds, "{message:?}");
    }
    // The published token is none of a sign-in: where its signature holds, what it lacks is seen next.
    let token = format!("{}.{}", published_rsa::MESSAGE, published_rsa::SIGNATURE);
    for (token, expected) in [
        (token.clone(), Refusal::Malformed("token")),
        (token.replace(".cC4h", ".cC4i"), Refusal::BadSignature),
    ] {
        let expectation = Expectation { nonce: "n".to_owned(), started_at: start() };
        assert_eq!(check(&provider(), expectation, &token.into(), &set, start()), Err(expected));
    }
}

#[test]
fn a_token_that_lies_is_refused_by_what_it_lies_about() {
    type Lie = fn(&mut Value, &mut Value);
    let at = start().timestamp();
    assert_eq!(at, 1_795_856_400, "the lies below count from here");
    let lies: [(&str, Lie, Refusal); 20] = [
        ("ES256", |_, said| said["iss"] = json!("https://evil.test"), Refusal::WrongIssuer),
        ("ES256", |_, said| said["iss"] = json!("https://id.example.org/"), Refusal::WrongIssuer),
        ("ES256", |_, said| said["aud"] = json!("another"), Refusal::WrongAudience),
        ("ES256", |_, said| said["aud"] = json!([]), Refusal::WrongAudience),
        ("ES256", |_, said| said["aud"] = json!(["liangjian", "another"]), Refusal::WrongAudience),
        ("ES256", |_, said| said["azp"] = json!("another"), Refusal::WrongAudience),
        ("ES256", |_, said| said["nonce"] = json!("another"), Refusal::WrongNonce),
        ("ES256", |_, said| said["nonce"] = Value::Null, Refusal::WrongNonce),
        ("none", |header, _| header["alg"] = json!("none"), Refusal::WrongAlgorithm),
        ("HS256", |header, _| header["alg"] = json!("HS256"), Refusal::WrongAlgorithm),
        ("HS256", |_, _| (), Refusal::BadSignature),
        ("ES256", |header, _| header["crit"] = json!(["exp"]), Refusal::WrongAlgorithm),
        ("ES256", |_, said| said["exp"] = json!(1_795_856_400), Refusal::TokenExpired),
        ("ES256", |_, said| said["nbf"] = json!(1_795_856_400 + 121), Refusal::TokenOfAnotherTime),
        ("ES256", |_, said| said["iat"] = json!(1_795_856_400 + 121), Refusal::TokenOfAnotherTime),
        ("ES256", |_, said| said["iat"] = json!(1_795_856_400 - 61), Refusal::TokenOfAnotherTime),
        ("ES256", |header, _| header["kid"] = json!("unknown"), Refusal::UnknownKey),
        ("ES256", |header, _| header["kid"] = json!("x"), Refusal::UnknownKey),
        ("ES256", |header, _| header["kid"] = json!("r"), Refusal::UnknownKey),
        ("ES256", |_, said| said["sub"] = json!(""), Refusal::NoSubject),
    ];
    for (index, (algorithm, lie, expected)) in lies.into_iter().enumerate() {
        let found = sign_in(&mut SmallProvider::new(), algorithm, lie, |token| token);
        assert_eq!(found, Err(expected), "lie {index}");
    }
}

#[test]
fn a_token_without_a_subject_names_nobody() {
    let lie = |_: &mut Value, said: &mut Value| {
        said.as_object_mut().expect("an object").remove("sub");
    };
    assert_eq!(sign_in(&mut SmallProvider::new(), "ES256", lie, |token| token), Err(Refusal::NoSubject));
}

#[test]
fn a_changed_token_or_one_of_another_key_is_refused() {
    let changed = |token: String| {
        let parts: Vec<&str> = token.split('.').collect();
        let payload = json!({ "iss": ISSUER, "sub": "somebody else" }).to_string();
        format!("{}.{}.{}", parts[0], base64url(payload.as_bytes()), parts[2])
    };
    let found = sign_in(&mut SmallProvider::new(), "ES256", |_, _| (), changed);
    assert_eq!(found, Err(Refusal::BadSignature));
    let cut =
        |token: String| token.rsplit_once('.').map(|(signed, _)| format!("{signed}.")).unwrap_or_default();
    assert_eq!(sign_in(&mut SmallProvider::new(), "ES256", |_, _| (), cut), Err(Refusal::BadSignature));
    let mut small = SmallProvider::new();
    let set = keys(&small);
    small.p256 = p256_key();
    let departure = provider().depart(start(), &mut counted_chance(1));
    let (_, payload) = honest(&departure.pending.nonce);
    let token = small.sign("ES256", &json!({ "alg": "ES256", "kid": "e" }), &payload);
    let expectation = Expectation { nonce: departure.pending.nonce, started_at: start() };
    let now = start() + TimeDelta::seconds(60);
    assert_eq!(check(&provider(), expectation, &token.into(), &set, now), Err(Refusal::BadSignature));
}

#[test]
fn what_is_no_token_is_malformed() {
    let set = keys(&SmallProvider::new());
    for text in ["", ".", "..", "a.b", "a.b.c", "e30.e30.", &"a".repeat(20_000)] {
        let expectation = Expectation { nonce: "n".to_owned(), started_at: start() };
        let found = check(&provider(), expectation, &text.to_owned().into(), &set, start());
        assert_eq!(found, Err(Refusal::Malformed("token")), "{text}");
    }
}

#[test]
fn the_return_of_another_departure_is_refused() {
    let mut small = SmallProvider::new();
    let first = provider().depart(start(), &mut counted_chance(1));
    let second = provider().depart(start(), &mut counted_chance(2));
    let replayed = small.visit(&first);
    assert!(token_exchange(&provider(), first.pending, &replayed, start()).is_ok());
    // The first is spent: it was moved. The same return with the next departure is refused.
    let found = token_exchange(&provider(), second.pending, &replayed, start()).err();
    assert_eq!(found, Some(Refusal::WrongState));
}

#[test]
fn a_code_is_of_no_use_with_another_verifier_or_twice() {
    let mut small = SmallProvider::new();
    let departure = provider().depart(start(), &mut counted_chance(1));
    let arrival = small.visit(&departure);
    let honest = departure.pending.clone();
    let mut stolen = departure.pending;
    stolen.verifier = "a verifier that the thief of the code made up".to_owned();
    let refused = Err(Refusal::Provider("invalid_grant".to_owned()));
    let mut answer = |pending: Pending| {
        let (exchange, _) =
            token_exchange(&provider(), pending, &arrival, start()).expect("the state is right");
        let (status, body) = small.answer(&exchange, "token");
        id_token_in(status, &body).map(|_| ())
    };
    assert_eq!(answer(stolen), refused);
    assert_eq!(answer(honest), refused, "the code was spent by the wrong verifier");
}

#[test]
fn a_return_is_accepted_for_ten_minutes_and_from_the_issuer_alone() {
    let arrive = |minutes: i64, change: fn(&mut Arrival)| {
        let departure = provider().depart(start(), &mut counted_chance(1));
        let mut arrival = SmallProvider::new().visit(&departure);
        change(&mut arrival);
        let now = start() + TimeDelta::minutes(minutes);
        token_exchange(&provider(), departure.pending, &arrival, now).err()
    };
    assert_eq!(arrive(9, |_| ()), None);
    assert_eq!(arrive(10, |_| ()), Some(Refusal::Expired));
    assert_eq!(arrive(-1, |_| ()), Some(Refusal::Expired));
    assert_eq!(arrive(1, |it| it.iss = Some(ISSUER.to_owned())), None);
    assert_eq!(arrive(1, |it| it.iss = Some("https://evil.test".to_owned())), Some(Refusal::WrongIssuer));
    assert_eq!(arrive(1, |it| it.code = None), Some(Refusal::Malformed("code")));
    let denied = Some(Refusal::Provider("access_denied".to_owned()));
    assert_eq!(arrive(1, |it| it.error = Some("access_denied\r\n".to_owned())), denied);
}

#[test]
fn a_departure_carries_challenge_state_and_nonce_and_never_the_verifier() {
    let departure = provider().depart(start(), &mut counted_chance(1));
    let url = &departure.url;
    assert!(
        url.starts_with("https://id.example.org/authorize?response_type=code&client_id=liangjian&"),
        "{url}"
    );
    assert!(
        url.contains("redirect_uri=https%3A%2F%2Flj.example.org%2Freturn&scope=openid%20profile&"),
        "{url}"
    );
    assert!(
        url.contains("&code_challenge_method=S256") && !url.contains(&departure.pending.verifier),
        "{url}"
    );
    let kept = serde_json::to_string(&departure.pending).expect("text");
    let read: Pending = serde_json::from_str(&kept).expect("it was just written");
    assert_eq!(read.state, departure.pending.state);
}

#[test]
fn a_client_with_a_secret_gives_it_in_the_header() {
    let with_secret = Registration { client_secret: Some("s:/ä".to_owned().into()), ..registration() };
    let document = SmallProvider::discovery().to_string();
    let provider = Provider::discovered(ISSUER, document.as_bytes(), with_secret).expect("sound");
    let departure = provider.depart(start(), &mut counted_chance(1));
    let arrival = SmallProvider::new().visit(&departure);
    let (exchange, _) = token_exchange(&provider, departure.pending, &arrival, start()).expect("sound");
    let header = exchange.headers.iter().find(|(name, _)| *name == "authorization");
    let value = header.and_then(|(_, value)| value.expose_text());
    assert_eq!(value, Some("Basic bGlhbmdqaWFuOnMlM0ElMkYlQzMlQTQ="));
    assert!(!exchange.body.expose_text().expect("text").contains("client_id"));
}

#[test]
fn an_unsafe_provider_is_not_used() {
    let discover = |change: fn(&mut Value)| {
        let mut document = SmallProvider::discovery();
        change(&mut document);
        Provider::discovered(ISSUER, document.to_string().as_bytes(), registration()).err()
    };
    assert_eq!(discover(|_| ()), None);
    assert_eq!(discover(|it| it["issuer"] = json!("https://evil.test")), Some(Refusal::WrongIssuer));
    let plain = Some(Refusal::UnsafeAddress("token_endpoint"));
    for address in
        ["http://id.example.org/token", "http://localhost:@evil.test/", "http://localhost.evil.test/"]
    {
        let mut document = SmallProvider::discovery();
        document["token_endpoint"] = json!(address);
        let found = Provider::discovered(ISSUER, document.to_string().as_bytes(), registration()).err();
        assert_eq!(found, plain, "{address}");
    }
    let weak = |it: &mut Value| it["code_challenge_methods_supported"] = json!(["plain"]);
    assert_eq!(discover(weak), Some(Refusal::NoCodeChallenge));
}

#[test]
fn a_key_set_without_a_usable_key_is_refused() {
    for document in ["", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#] {
        assert!(KeySet::read(document.as_bytes()).is_err(), "{document}");
    }
}
