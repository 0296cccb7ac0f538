//! Behaviour of the law reader on small laws of our own.
