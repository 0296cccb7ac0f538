//! Ceremonies with an authenticator in software, and all the ways they go wrong.

use super::authenticator::{Authenticator, Key, party, spoil, stored};
use super::authenticator_data::{AuthenticatorData, in_attestation_object};
use super::public_key::PublicKey;
use super::*;
use crate::secret::base64url;
use crate::{counted_chance, published_rsa};
use proptest::prelude::*;
use serde_json::Value;

const HOLDER: Holder<'static> =
    Holder { handle: &[5; 32], account: "office", display_name: "Office of the firm" };

fn start() -> DateTime<Utc> {
    "2026-11-28T09:00:00Z".parse().expect("a moment of a test")
}

/// Registers with what `spoiling` makes of authenticator and answer.
fn register(
    authenticator: &Authenticator,
    registered: &[Credential],
    spoiling: impl FnOnce(&mut Value),
) -> Result<Credential, Refusal> {
    let (options, state) = begin_registration(&party(), &HOLDER, registered, start(), &mut counted_chance(1));
    let mut answer = authenticator.register(&options);
    spoiling(&mut answer);
    finish_registration(&party(), &state, &answer.to_string(), start() + TimeDelta::minutes(1))
}

/// Signs in against `credential`.
fn assert(
    authenticator: &mut Authenticator,
    credential: &Credential,
    spoiling: impl FnOnce(&mut Value),
) -> Result<Assertion, Refusal> {
    let credentials = [credential.clone()];
    let (options, state) = begin_assertion(&party(), &credentials, start(), &mut counted_chance(2));
    let mut answer = authenticator.assert(&options, None);
    spoiling(&mut answer);
    let answer = answer.to_string();
    finish_assertion(&party(), &state, &credentials, &answer, start() + TimeDelta::minutes(1))
}

fn registered() -> (Authenticator, Credential) {
    let authenticator = Authenticator::new(Key::p256());
    let credential = register(&authenticator, &[], |_| ()).expect("an honest registration");
    (authenticator, credential)
}

#[test]
fn a_passkey_of_each_kind_is_registered_and_signs_in() {
    for key in [Key::p256(), Key::ed25519()] {
        let mut authenticator = Authenticator::new(key);
        let credential = stored(&register(&authenticator, &[], |_| ()).expect("an honest registration"));
        assert_eq!(credential.id, base64url(&authenticator.id));
        assert_eq!(credential.transports, ["internal"]);
        let proof = assert(&mut authenticator, &credential, |_| ()).expect("an honest assertion");
        assert_eq!((proof.counter, proof.credential), (Counter::Unused, credential));
    }
}

#[test]
fn a_passkey_of_rsa_is_registered_and_what_it_published_holds_for_its_own_message_alone() {
    let mut authenticator = Authenticator::new(Key::PublishedRsa);
    let credential = stored(&register(&authenticator, &[], |_| ()).expect("an honest registration"));
    let key = PublicKey::read(&authenticator.key.cose()).expect("it was just written");
    for (message, signature, holds) in published_rsa::pairs() {
        assert_eq!(key.has_signed(&message, &signature), holds, "{message:?}");
    }
    // A signature over something else is none of this sign-in.
    assert_eq!(assert(&mut authenticator, &credential, |_| ()), Err(Refusal::BadSignature));
}

#[test]
fn options_ask_for_verification_and_for_no_attestation() {
    let (_, other) = registered();
    let (options, _) =
        begin_registration(&party(), &HOLDER, std::slice::from_ref(&other), start(), &mut counted_chance(1));
    let options = &options["publicKey"];
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["excludeCredentials"][0]["id"], other.id.as_str());
    assert_eq!(options["challenge"].as_str().map(str::len), Some(43));
    let (options, _) = begin_assertion(&party(), &[other], start(), &mut counted_chance(1));
    assert_eq!(options["publicKey"]["userVerification"], "required");
}

#[test]
fn a_lying_registration_is_refused() {
    type Lie = fn(&mut Authenticator);
    let lies: [(Lie, Refusal); 10] = [
        (|it| it.ceremony = Some("webauthn.get"), Refusal::WrongCeremony),
        (|it| it.challenge = Some("AAAA".to_owned()), Refusal::WrongChallenge),
        (|it| it.origin = "https://lj.example.org.evil.test".to_owned(), Refusal::WrongOrigin),
        (|it| it.origin = "http://lj.example.org".to_owned(), Refusal::WrongOrigin),
        (|it| it.is_framed = true, Refusal::WrongOrigin),
        (|it| it.host = "evil.test".to_owned(), Refusal::WrongRelyingParty),
        (|it| it.flags = 0b100, Refusal::NotPresent),
        (|it| it.flags = 0b001, Refusal::NotVerified),
        (|it| it.flags = 0b1_0101, Refusal::Contradiction),
        (|it| it.tail = vec![0], Refusal::Malformed("authenticatorData")),
    ];
    for (index, (lie, expected)) in lies.into_iter().enumerate() {
        let mut authenticator = Authenticator::new(Key::p256());
        lie(&mut authenticator);
        assert_eq!(register(&authenticator, &[], |_| ()), Err(expected), "lie {index}");
    }
    let other = |answer: &mut Value| answer["id"] = "AAAA".into();
    assert_eq!(register(&Authenticator::new(Key::p256()), &[], other), Err(Refusal::Malformed("id")));
}

#[test]
fn a_passkey_is_registered_once() {
    let (authenticator, credential) = registered();
    assert_eq!(register(&authenticator, &[credential], |_| ()), Err(Refusal::AlreadyRegistered));
}

#[test]
fn a_lying_assertion_is_refused() {
    type Lie = fn(&mut Authenticator);
    let lies: [(Lie, Refusal); 10] = [
        (|it| it.ceremony = Some("webauthn.create"), Refusal::WrongCeremony),
        (|it| it.challenge = Some("AAAA".to_owned()), Refusal::WrongChallenge),
        (|it| it.origin = "https://evil.test".to_owned(), Refusal::WrongOrigin),
        (|it| it.is_framed = true, Refusal::WrongOrigin),
        (|it| it.host = "evil.test".to_owned(), Refusal::WrongRelyingParty),
        (|it| it.flags = 0b100, Refusal::NotPresent),
        (|it| it.flags = 0b001, Refusal::NotVerified),
        (|it| it.flags = 0b1101, Refusal::Contradiction),
        (|it| it.id = vec![8; 20], Refusal::UnknownCredential),
        (|it| it.key = Key::p256(), Refusal::BadSignature),
    ];
    for (index, (lie, expected)) in lies.into_iter().enumerate() {
        let (mut authenticator, credential) = registered();
        lie(&mut authenticator);
        assert_eq!(assert(&mut authenticator, &credential, |_| ()), Err(expected), "lie {index}");
    }
    let (mut authenticator, credential) = registered();
    let spoiled = assert(&mut authenticator, &credential, |answer| spoil(answer, "signature"));
    assert_eq!(spoiled, Err(Refusal::BadSignature));
}

#[test]
fn an_answer_after_five_minutes_is_too_late() {
    let (mut authenticator, credential) = registered();
    let credentials = [credential];
    let (options, state) = begin_assertion(&party(), &credentials, start(), &mut counted_chance(2));
    let answer = authenticator.assert(&options, None).to_string();
    let at = |minutes| {
        finish_assertion(&party(), &state, &credentials, &answer, start() + TimeDelta::minutes(minutes)).err()
    };
    assert_eq!((at(4), at(5)), (None, Some(Refusal::Expired)));
}

#[test]
fn a_count_that_does_not_grow_is_reported() {
    let (mut authenticator, mut credential) = registered();
    for (seen, expected, kept) in [
        (5, Counter::Advanced, 5),
        (6, Counter::Advanced, 6),
        (6, Counter::Regressed { stored: 6, seen: 6 }, 6),
        (2, Counter::Regressed { stored: 6, seen: 2 }, 6),
        (0, Counter::Regressed { stored: 6, seen: 0 }, 6),
        (7, Counter::Advanced, 7),
    ] {
        authenticator.count = seen;
        let proof = assert(&mut authenticator, &credential, |_| ()).expect("the signature holds");
        assert_eq!((proof.counter, proof.credential.signature_count), (expected, kept), "{seen}");
        credential = proof.credential;
    }
}

#[test]
fn without_an_account_name_the_handle_must_be_that_of_the_holder() {
    let (mut authenticator, credential) = registered();
    let (options, state) = begin_assertion(&party(), &[], start(), &mut counted_chance(2));
    let own = credential.holder_handle.clone();
    for (handle, expected) in [
        (Some(own.as_str()), None),
        (Some("AAAA"), Some(Refusal::WrongHolder)),
        (Some(""), Some(Refusal::WrongHolder)),
        (None, Some(Refusal::WrongHolder)),
    ] {
        let answer = authenticator.assert(&options, handle).to_string();
        assert_eq!(presented_credential(&answer).as_ref(), Ok(&credential.id));
        let found = finish_assertion(&party(), &state, std::slice::from_ref(&credential), &answer, start());
        assert_eq!(found.err(), expected, "{handle:?}");
    }
}

#[test]
fn a_relying_party_takes_only_encrypted_pages_of_its_own_host() {
    for (id, origin, is_sound) in [
        ("example.org", "https://example.org", true),
        ("example.org", "https://lj.example.org:8443", true),
        ("localhost", "http://localhost:8080", true),
        ("example.org", "http://example.org", false),
        ("example.org", "https://badexample.org", false),
        ("example.org", "https://example.org.evil.test", false),
        ("", "https://example.org", false),
    ] {
        assert_eq!(RelyingParty::new(id, "Liangjian", &[origin]).is_some(), is_sound, "{id} {origin}");
    }
}

#[test]
fn answers_that_cannot_be_read_are_malformed() {
    let (_, state) = begin_registration(&party(), &HOLDER, &[], start(), &mut counted_chance(1));
    for answer in ["", "{}", "[]", "null", &"[".repeat(60_000), &" ".repeat(70_000)] {
        let found = finish_registration(&party(), &state, answer, start());
        assert_eq!(found, Err(Refusal::Malformed("response")));
    }
}

proptest! {
    #[test]
    fn hostile_bytes_give_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = PublicKey::read(&bytes);
        let data = in_attestation_object(&bytes).unwrap_or(&bytes);
        let _ = AuthenticatorData::checked(data, &party());
    }
}
