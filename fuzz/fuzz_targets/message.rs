//! Feeds libFuzzer's bytes to [`fuzz::message`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::message(bytes));
