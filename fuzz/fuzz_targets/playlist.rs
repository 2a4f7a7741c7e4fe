//! Feeds libFuzzer's bytes to [`fuzz::playlist`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::playlist(bytes));
