//! Feeds libFuzzer's bytes to [`fuzz::picture`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::picture(bytes));
