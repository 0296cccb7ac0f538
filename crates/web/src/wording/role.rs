//! Roles and capacities, and personal data, as pages print them.

use super::texts;
use domain::{
    Language,
    access::{Capacity, Role},
};
use edition::Edition;

/// The name of a role.
pub fn role(role: Role, language: Language) -> &'static str {
    let t = texts(language);
    match role {
        Role::FirmOwner => t.of("role_firm_owner"),
        Role::FirmAgent => t.of("role_firm_agent"),
        Role::Clerk => t.of("role_clerk"),
        Role::Head => t.of("role_head"),
        Role::Coordinator => t.of("role_coordinator"),
        Role::Leader => t.of("role_leader"),
        Role::PolicyAnalyst => t.of("role_policy_analyst"),
        Role::Treasurer => t.of("role_treasurer"),
        Role::Auditor => t.of("role_auditor"),
        Role::SystemAdministrator => t.of("role_system_administrator"),
        Role::SecurityAdministrator => t.of("role_security_administrator"),
        Role::AuditAdministrator => t.of("role_audit_administrator"),
    }
}

/// What somebody acts as: the role and whom he acts for. Empty where he acts for himself.
pub fn capacity(edition: &Edition, capacity: &Capacity, language: Language) -> String {
    let t = texts(language);
    match capacity {
        Capacity::Person => String::new(),
        Capacity::Firm { role: which, firm, .. } => t.two("role_of", role(*which, language), firm),
        Capacity::Office { role: which, organization, .. } => {
            let found = edition.organizations.iter().find(|one| one.id == *organization);
            let name = found.map_or(organization.as_str(), |one| one.name.get(language));
            t.two("role_of", role(*which, language), name)
        }
    }
}

/// A name of which only the first character is shown, however long the rest is.
pub fn masked_name(name: &str) -> String {
    name.chars().next().map(|first| format!("{first}**")).unwrap_or_default()
}

/// A telephone number of which the first three and the last four digits are shown.
pub fn masked_phone(phone: &str) -> String {
    let chars: Vec<char> = phone.chars().collect();
    if chars.len() < 8 {
        return if chars.is_empty() { String::new() } else { "****".to_owned() };
    }
    let part = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
    format!("{}****{}", part(0, 3), part(chars.len() - 4, chars.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_masked_cannot_be_read() {
        for (name, masked) in [("测试员", "测**"), ("李", "李**"), ("", ""), ("Ada Example", "A**")] {
            assert_eq!(masked_name(name), masked);
        }
        for (phone, masked) in [("13900000000", "139****0000"), ("1234567", "****"), ("", "")] {
            assert_eq!(masked_phone(phone), masked);
        }
    }
}
