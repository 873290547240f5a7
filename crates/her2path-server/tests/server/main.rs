//! The server as its clients see it: routes are asked as they are served, and answers are held against the standards.

#![cfg(test)]

mod authentication;
mod calculators;
mod conformance;
mod definitions;
mod feedback;
mod hostile;
mod killed;
mod limits;
mod orders;
mod pages;
mod postgres;
mod prefetch;
mod saved;
mod schema;
mod support;
