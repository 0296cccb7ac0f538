//! How fresh the last proof of identity must be for what somebody is about to do.

use chrono::{DateTime, TimeDelta, Utc};

/// What is about to be done, as far as freshness goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionClass {
    /// Reading and the work of every day.
    Ordinary,
    /// Approving or instructing a payment.
    Payment,
    /// Taking many rows out of the system.
    Export,
    /// Giving or taking a role.
    RoleChange,
    /// Changing a password, a passkey, codes, or the way back in.
    CredentialChange,
}

/// What is needed before the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: go on.
    Nothing,
    /// The person proves again who they are, and then comes back.
    FreshProof,
}

impl ActionClass {
    /// How old the last proof may be, in seconds; `None` if the session is enough.
    pub fn most_proof_age_seconds(self) -> Option<i64> {
        match self {
            Self::Ordinary => None,
            Self::Payment | Self::Export | Self::RoleChange | Self::CredentialChange => Some(300),
        }
    }

    /// What is needed `now` by somebody who last proved their identity at `proved_at`.
    pub fn need(self, proved_at: DateTime<Utc>, now: DateTime<Utc>) -> Need {
        let Some(most_seconds) = self.most_proof_age_seconds() else { return Need::Nothing };
        let age = now.signed_duration_since(proved_at);
        // A proof from the future means that a clock was set back: it proves nothing about freshness.
        let is_fresh = age >= TimeDelta::zero() && age <= TimeDelta::seconds(most_seconds);
        if is_fresh { Need::Nothing } else { Need::FreshProof }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(action: ActionClass, proof_age_seconds: i64) -> Need {
        let now: DateTime<Utc> = "2026-11-28T09:00:00Z".parse().expect("a moment of a test");
        action.need(now - TimeDelta::seconds(proof_age_seconds), now)
    }

    #[test]
    fn money_exports_roles_and_credentials_need_a_proof_of_the_last_five_minutes() {
        use ActionClass::{CredentialChange, Export, Ordinary, Payment, RoleChange};
        for action in [Payment, Export, RoleChange, CredentialChange] {
            for (age_seconds, expected) in [
                (0, Need::Nothing),
                (300, Need::Nothing),
                (301, Need::FreshProof),
                (86_400, Need::FreshProof),
                (-1, Need::FreshProof),
            ] {
                assert_eq!(need(action, age_seconds), expected, "{action:?} {age_seconds}");
            }
        }
        assert_eq!(need(Ordinary, 86_400), Need::Nothing);
    }
}
