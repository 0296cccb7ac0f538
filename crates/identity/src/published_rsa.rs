//! A signature of RSA that everybody can look up (RFC 7515, appendix A.2), for tests: verifying needs no private key,
//! so none stands in the tree.

use crate::secret::from_base64url;

/// Modulus of the key, in base64url.
pub const MODULUS: &str = concat!(
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZ",
    "S-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2",
    "R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcD",
    "TW9gb54h4FRWyuXpoQ",
);

/// Exponent of the key, in base64url.
pub const EXPONENT: &str = "AQAB";

/// What was signed: header and payload of a token.
pub const MESSAGE: &str = concat!(
    "eyJhbGciOiJSUzI1NiJ9.",
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
);

/// The signature over [`MESSAGE`], in base64url.
pub const SIGNATURE: &str = concat!(
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU",
    "Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d",
    "O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig",
    "cN_IoypGlUPQGe77Rw",
);

/// The bytes of one of these.
pub fn bytes(text: &str) -> Vec<u8> {
    from_base64url(text).expect("it is printed in base64url")
}

/// Messages and signatures of which only the first pair belongs together.
pub fn pairs() -> Vec<(Vec<u8>, Vec<u8>, bool)> {
    let (message, signature) = (MESSAGE.as_bytes().to_vec(), bytes(SIGNATURE));
    let changed = |bytes: &[u8], at: usize| {
        let mut changed = bytes.to_vec();
        changed[at] ^= 1;
        changed
    };
    vec![
        (message.clone(), signature.clone(), true),
        (changed(&message, 0), signature.clone(), false),
        (message.clone(), changed(&signature, 255), false),
        (message.clone(), signature[1..].to_vec(), false),
        (message, Vec::new(), false),
    ]
}
