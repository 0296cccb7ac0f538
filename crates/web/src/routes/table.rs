//! The table of routes. A new route is one row here; `liangjian routes` prints it.

use super::{Csrf, Rate, Route};
use crate::{asset, headers, health, metrics, pages};
use axum::routing::on;
use domain::access::Permission;

/// Most bytes of the form of the calculator.
const CALCULATOR_BYTES_MAX: usize = 128 << 10;

/// Most bytes of the form of a case: a few long texts, and Chinese takes nine bytes a character in forms.
const CASE_BYTES_MAX: usize = 256 << 10;

/// Most bytes of what a browser reports.
const REPORT_BYTES_MAX: usize = 16 << 10;

/// Reading what is published.
const READ: Permission = Permission::PublicRead;
/// Showing who one is.
const SIGN_IN: Permission = Permission::SignIn;

/// Every route there is.
pub static ROUTES: &[Route] = &[
    Route::page("/", READ, |verb| on(verb, pages::home::show)),
    Route::page("/regulation", READ, |verb| on(verb, pages::regulation::show)),
    Route::page("/regulation/{number}", READ, |verb| on(verb, pages::article::show)),
    Route::page("/plan", READ, |verb| on(verb, pages::plan::show)),
    Route::page("/plan/{number}", READ, |verb| on(verb, pages::work::show)),
    Route::page("/policies", READ, |verb| on(verb, pages::policies::show)),
    Route::page("/policies/{id}", READ, |verb| on(verb, pages::policy::show)),
    Route::page("/procedures", READ, |verb| on(verb, pages::procedures::show)),
    Route::page("/procedures/{id}", READ, |verb| on(verb, pages::procedure::show)),
    Route::page("/calculator", READ, |verb| on(verb, pages::calculator::begin)).private(),
    Route::form("/calculator", READ, Csrf::Pure, |verb| on(verb, pages::calculator::proceed))
        .body(CALCULATOR_BYTES_MAX),
    Route::page("/systems", READ, |verb| on(verb, pages::systems::show)),
    Route::page("/systems/{id}", READ, |verb| on(verb, pages::system::show)),
    Route::page("/organizations", READ, |verb| on(verb, pages::organizations::show)),
    Route::page("/organizations/{id}", READ, |verb| on(verb, pages::organization::show)),
    Route::page("/search", READ, |verb| on(verb, pages::search::show)).rate(Rate::Search),
    Route::page("/about", READ, |verb| on(verb, pages::about::show)),
    Route::page("/checkpoints", READ, |verb| on(verb, pages::checkpoints::list)),
    Route::page("/checkpoints/latest", READ, |verb| on(verb, pages::checkpoints::latest)),
    Route::page("/checkpoints/{size}", READ, |verb| on(verb, pages::checkpoints::one)),
    // Signing in.
    Route::page("/sign-in", SIGN_IN, |verb| on(verb, pages::sign_in::show)).private(),
    Route::form("/sign-in", SIGN_IN, Csrf::Form, |verb| on(verb, pages::sign_in::check))
        .rate(Rate::SignIn)
        .with_passwords(),
    Route::form("/sign-in/code", SIGN_IN, Csrf::Form, |verb| on(verb, pages::sign_in::check_code))
        .rate(Rate::SignIn),
    Route::form("/sign-in/password", SIGN_IN, Csrf::Form, |verb| on(verb, pages::sign_in::renew_password))
        .rate(Rate::SignIn)
        .with_passwords(),
    Route::form("/sign-in/passkey/begin", SIGN_IN, Csrf::Form, |verb| {
        on(verb, pages::sign_in::begin_passkey)
    })
    .rate(Rate::Api),
    Route::form("/sign-in/passkey", SIGN_IN, Csrf::Form, |verb| on(verb, pages::sign_in::check_passkey))
        .rate(Rate::SignIn),
    Route::round_trip("/sign-in/unified", SIGN_IN, |verb| on(verb, pages::unified::depart)),
    Route::round_trip("/sign-in/unified/return", SIGN_IN, |verb| on(verb, pages::unified::arrive)),
    Route::form("/demo/{role}", SIGN_IN, Csrf::Form, |verb| on(verb, pages::sign_in::enter))
        .rate(Rate::SignIn),
    Route::page("/invitation", SIGN_IN, |verb| on(verb, pages::invitation::show)).private(),
    Route::form("/invitation", SIGN_IN, Csrf::Form, |verb| on(verb, pages::invitation::accept))
        .rate(Rate::SignIn)
        .with_passwords(),
    Route::page("/prove", Permission::AccountChange, |verb| on(verb, pages::prove::show)).own(),
    Route::form("/prove", Permission::AccountChange, Csrf::Form, |verb| on(verb, pages::prove::check))
        .own()
        .rate(Rate::SignIn)
        .with_passwords(),
    Route::form("/prove/passkey/begin", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::prove::begin_passkey)
    })
    .own()
    .rate(Rate::Api),
    Route::form("/prove/passkey", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::prove::check_passkey)
    })
    .own()
    .rate(Rate::SignIn),
    // A person's own account.
    Route::page("/account", Permission::AccountRead, |verb| on(verb, pages::account::show)).own(),
    Route::form("/account/role", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::account::choose)
    })
    .own(),
    Route::form("/account/offers/accept", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::account::accept)
    })
    .own()
    .rate(Rate::SignIn),
    Route::form("/account/offers/decline", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::account::decline)
    })
    .own(),
    Route::form("/sign-out", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::account::sign_out)
    })
    .own(),
    Route::page("/account/sessions", Permission::AccountRead, |verb| on(verb, pages::sessions::show)).own(),
    Route::form("/account/sessions/end", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::sessions::end)
    })
    .own(),
    // How he signs in.
    Route::page("/account/security", Permission::AccountRead, |verb| on(verb, pages::security::show)).own(),
    Route::form("/account/security/password", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::security::change_password)
    })
    .own()
    .rate(Rate::SignIn)
    .with_passwords(),
    Route::form("/account/security/code/begin", Permission::AccountSecure, Csrf::Form, |verb| {
        on(verb, pages::security::begin_code)
    })
    .own(),
    Route::form("/account/security/code", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::security::confirm_code)
    })
    .own()
    .rate(Rate::SignIn),
    Route::form("/account/security/code/remove", Permission::AccountSecure, Csrf::Form, |verb| {
        on(verb, pages::security::remove_code)
    })
    .own(),
    Route::form("/account/security/recovery", Permission::AccountSecure, Csrf::Form, |verb| {
        on(verb, pages::security::renew_codes)
    })
    .own(),
    Route::form("/account/security/passkey/begin", Permission::AccountSecure, Csrf::Form, |verb| {
        on(verb, pages::security::begin_passkey)
    })
    .own()
    .rate(Rate::Api),
    Route::form("/account/security/passkey", Permission::AccountSecure, Csrf::Form, |verb| {
        on(verb, pages::security::add_passkey)
    })
    .own(),
    Route::form("/account/security/passkey/remove", Permission::AccountSecure, Csrf::Form, |verb| {
        on(verb, pages::security::remove_passkey)
    })
    .own(),
    Route::form("/account/security/device/forget", Permission::AccountChange, Csrf::Form, |verb| {
        on(verb, pages::security::forget_device)
    })
    .own(),
    Route::form("/account/security/unified", Permission::AccountSecure, Csrf::Form, |verb| {
        on(verb, pages::unified::bind)
    })
    .own()
    .rate(Rate::SignIn),
    Route::form("/account/security/unified/remove", Permission::AccountSecure, Csrf::Form, |verb| {
        on(verb, pages::unified::unbind)
    })
    .own(),
    Route::page("/account/data", Permission::AccountRead, |verb| on(verb, pages::my_data::show)).own(),
    Route::form("/account/data/export", Permission::AccountExport, Csrf::File, |verb| {
        on(verb, pages::my_data::export)
    })
    .own()
    .rate(Rate::Export),
    Route::form("/account/data/erase", Permission::AccountErase, Csrf::Form, |verb| {
        on(verb, pages::my_data::erase)
    })
    .own(),
    Route::form("/account/data/close", Permission::AccountErase, Csrf::Form, |verb| {
        on(verb, pages::my_data::close)
    })
    .own(),
    Route::page("/account/data/receipts", Permission::AccountRead, |verb| on(verb, pages::receipts::show))
        .own(),
    Route::page("/account/data/receipts/{number}", Permission::AccountRead, |verb| {
        on(verb, pages::receipts::take)
    })
    .named()
    .rate(Rate::Export),
    // A firm and its people.
    Route::page("/firm", Permission::FirmRead, |verb| on(verb, pages::firm::show)).own(),
    Route::page("/firm/receipts", Permission::FirmRead, |verb| on(verb, pages::receipts::show_firm)).own(),
    Route::page("/firm/receipts/{number}", Permission::FirmRead, |verb| on(verb, pages::receipts::take_firm))
        .named()
        .rate(Rate::Export),
    Route::form("/firm/mandates", Permission::FirmMandate, Csrf::Form, |verb| on(verb, pages::firm::mandate))
        .named(),
    Route::form("/firm/mandates/end", Permission::FirmMandate, Csrf::Form, |verb| on(verb, pages::firm::end))
        .named(),
    Route::page("/counter", Permission::FirmAdmit, |verb| on(verb, pages::counter::show)).named(),
    Route::form("/counter", Permission::FirmAdmit, Csrf::Form, |verb| on(verb, pages::counter::admit))
        .named(),
    Route::form("/counter/withdraw", Permission::FirmAdmit, Csrf::Form, |verb| {
        on(verb, pages::counter::withdraw)
    })
    .named(),
    // Cases: those of a firm, one of them, the desk of an organisation, the board over all.
    Route::page("/voice/figures", READ, |verb| on(verb, pages::voice_figures::show)),
    Route::page("/voice/figures/table", READ, |verb| on(verb, pages::voice_figures::table))
        .rate(Rate::Export),
    Route::page("/cases", Permission::CaseRead, |verb| on(verb, pages::cases::show)).own().rate(Rate::Search),
    Route::page("/cases/table", Permission::CaseRead, |verb| on(verb, pages::cases::table))
        .own()
        .rate(Rate::Export),
    Route::page("/cases/new", Permission::CaseFile, |verb| on(verb, pages::new_case::choose)).own(),
    Route::page("/cases/new/{mechanism}", Permission::CaseFile, |verb| on(verb, pages::new_case::begin))
        .own(),
    Route::form("/cases/new/{mechanism}", Permission::CaseFile, Csrf::Form, |verb| {
        on(verb, pages::new_case::file)
    })
    .own()
    .body(CASE_BYTES_MAX)
    .with_files(),
    Route::form("/cases/drafts/drop", Permission::CaseFile, Csrf::Form, |verb| {
        on(verb, pages::new_case::drop)
    })
    .own(),
    Route::page("/cases/{number}", Permission::CaseRead, |verb| on(verb, pages::case::show)).named(),
    Route::page("/cases/{number}/file", Permission::CaseRead, |verb| on(verb, pages::case::file)).named(),
    Route::form("/cases/{number}/steps", Permission::CaseAct, Csrf::Form, |verb| on(verb, pages::case::take))
        .named()
        .body(CASE_BYTES_MAX)
        .with_files(),
    Route::form("/cases/{number}/links", Permission::CaseAct, Csrf::Form, |verb| on(verb, pages::case::link))
        .named(),
    Route::page("/cases/{number}/attachments/{id}", Permission::CaseRead, |verb| {
        on(verb, pages::case::document)
    })
    .named(),
    Route::page("/desk", Permission::DeskRead, |verb| on(verb, pages::desk::show)).own().rate(Rate::Search),
    Route::form("/desk/steps", Permission::DeskRead, Csrf::Form, |verb| on(verb, pages::desk::take_all))
        .own(),
    Route::form("/desk/views", Permission::DeskRead, Csrf::Form, |verb| on(verb, pages::desk::keep_view))
        .own(),
    Route::form("/desk/views/drop", Permission::DeskRead, Csrf::Form, |verb| {
        on(verb, pages::desk::drop_view)
    })
    .own(),
    Route::form("/desk/export", Permission::DeskRead, Csrf::File, |verb| on(verb, pages::desk::export))
        .own()
        .rate(Rate::Export),
    Route::page("/desk/watch", Permission::DeskRead, |verb| on(verb, pages::watch::show)).own(),
    Route::page("/desk/calls", Permission::DeskRead, |verb| on(verb, pages::calls::show))
        .own()
        .rate(Rate::Search),
    Route::form("/desk/calls", Permission::DeskRead, Csrf::Form, |verb| on(verb, pages::calls::record))
        .own()
        .body(CASE_BYTES_MAX),
    Route::page("/notices", Permission::CaseRead, |verb| on(verb, pages::notices::show)).own(),
    Route::form("/notices/read", Permission::CaseRead, Csrf::Form, |verb| on(verb, pages::notices::mark))
        .own(),
    Route::page("/desk/clusters", Permission::DeskRead, |verb| on(verb, pages::clusters::show))
        .own()
        .rate(Rate::Search),
    Route::page("/desk/clusters/{id}", Permission::DeskRead, |verb| on(verb, pages::clusters::one))
        .named()
        .rate(Rate::Search),
    Route::form("/desk/clusters/{id}/propose", Permission::CaseFile, Csrf::Form, |verb| {
        on(verb, pages::clusters::propose)
    })
    .named()
    .body(CASE_BYTES_MAX),
    Route::page("/board", Permission::BoardRead, |verb| on(verb, pages::board::show)).own(),
    Route::page("/board/cases", Permission::BoardRead, |verb| on(verb, pages::board::cases)).own(),
    Route::page("/board/table", Permission::BoardRead, |verb| on(verb, pages::board::table))
        .own()
        .rate(Rate::Export),
    // An organisation and its people.
    Route::page("/staff", Permission::ColleagueRead, |verb| on(verb, pages::staff::show)).own(),
    Route::form("/staff", Permission::ColleagueAppoint, Csrf::Form, |verb| on(verb, pages::staff::appoint))
        .named()
        .rate(Rate::SignIn),
    Route::form("/staff/end", Permission::ColleagueAppoint, Csrf::Form, |verb| on(verb, pages::staff::end))
        .named(),
    // The three administrators.
    Route::page("/people", Permission::PersonList, |verb| on(verb, pages::people::show)).private(),
    Route::form("/people", Permission::PersonCreate, Csrf::Form, |verb| on(verb, pages::people::create)),
    Route::page("/people/{id}", Permission::PersonList, |verb| on(verb, pages::person::show)).private(),
    Route::form("/people/{id}/roles", Permission::PersonAppoint, Csrf::Form, |verb| {
        on(verb, pages::person::grant)
    })
    .named(),
    Route::form("/people/{id}/roles/end", Permission::PersonAppoint, Csrf::Form, |verb| {
        on(verb, pages::person::end)
    })
    .named(),
    Route::form("/people/{id}/close", Permission::PersonClose, Csrf::Form, |verb| {
        on(verb, pages::person::close)
    })
    .named(),
    Route::form("/people/{id}/invite", Permission::PersonInvite, Csrf::Form, |verb| {
        on(verb, pages::person::invite)
    })
    .named(),
    Route::form("/people/{id}/reveal", Permission::PersonReveal, Csrf::Form, |verb| {
        on(verb, pages::person::reveal)
    })
    .named(),
    Route::page("/sign-ins", Permission::SignInRead, |verb| on(verb, pages::sign_ins::show)).private(),
    Route::page("/audit", Permission::AuditSearch, |verb| on(verb, pages::trail::show))
        .private()
        .rate(Rate::Search),
    Route::form("/audit/export", Permission::AuditExport, Csrf::File, |verb| on(verb, pages::trail::export))
        .rate(Rate::Export),
    Route::page("/access", Permission::AccessRead, |verb| on(verb, pages::access::show)).private(),
    // What pages are made with, and what watches over the service.
    Route::page("/static/{version}/style.css", READ, |verb| on(verb, asset::style)).rate(Rate::Free),
    Route::page("/static/{version}/passkey.js", READ, |verb| on(verb, asset::script)).rate(Rate::Free),
    Route::page("/static/{version}/keys.js", READ, |verb| on(verb, asset::keys)).rate(Rate::Free),
    Route::page("/favicon.svg", READ, |verb| on(verb, asset::icon)).rate(Rate::Free),
    Route::page("/robots.txt", READ, |verb| on(verb, asset::robots)).rate(Rate::Free),
    // Open to everybody on purpose: browsers send reports without a cookie. They are counted, and nothing of them is
    // read or kept.
    Route::form("/policy-reports", READ, Csrf::Pure, |verb| on(verb, headers::report))
        .rate(Rate::Api)
        .body(REPORT_BYTES_MAX),
    Route::page("/healthz", READ, |verb| on(verb, health::alive)).rate(Rate::Free),
    Route::page("/readyz", READ, |verb| on(verb, health::ready)).rate(Rate::Api),
    Route::page("/metrics", READ, |verb| on(verb, metrics::show)).rate(Rate::Free).monitoring(),
];
