//! Behaviour of the task list reader on small lists of our own.
