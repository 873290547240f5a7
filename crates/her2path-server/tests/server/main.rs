//! The server as its clients see it: routes are asked as they are served, and answers are held against the standards.

#![cfg(test)]

mod authentication;
mod conformance;
mod definitions;
mod feedback;
mod hostile;
mod killed;
mod limits;
mod orders;
mod pages;
mod prefetch;
mod schema;
mod support;
