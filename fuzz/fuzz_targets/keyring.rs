//! Feeds libFuzzer's bytes to [`fuzz::keyring`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::keyring(bytes));
