//! Feeds libFuzzer's bytes to [`fuzz::text`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::text(bytes));
