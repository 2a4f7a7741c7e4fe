//! The shipped typeface files, compiled in.

use crate::Face;

macro_rules! face {
    ($file:literal, $family:literal, $bold:literal, $sha256:literal) => {
        Face {
            file: $file,
            family: $family,
            bold: $bold,
            bytes: include_bytes!(concat!("../files/", $file)),
            sha256: $sha256,
        }
    };
}

/// All shipped faces. Where they come from is in `SOURCES.toml`.
pub const FACES: &[Face] = &[
    face!(
        "NotoSans-Regular.ttf",
        "Noto Sans",
        false,
        "89c3c497f618fdaa0b2d1e98fef93582f28c71debd2c4a8cdf41f190ced2909d"
    ),
    face!(
        "NotoSans-Bold.ttf",
        "Noto Sans",
        true,
        "e83493c945848ecd4a9ad0f6d19164541a0d3e23a9c952304a00a46e00272ac5"
    ),
    face!(
        "NotoSansKhmer-Regular.ttf",
        "Noto Sans Khmer",
        false,
        "bc9a5e2afcee249849e409aabe6e22330c479b878ea3e59bf5e7c84482d7ee53"
    ),
    face!(
        "NotoSansKhmer-Bold.ttf",
        "Noto Sans Khmer",
        true,
        "cc74e7ac685da9a84e18b773ec8d80d06765aa1754bb14acc390c3620023c4dc"
    ),
    face!(
        "NotoSansLao-Regular.ttf",
        "Noto Sans Lao",
        false,
        "6c3de7db369e85cba20255d161eeeb3d934ea3c4c51e2574c2ddcce79a25025c"
    ),
    face!(
        "NotoSansLao-Bold.ttf",
        "Noto Sans Lao",
        true,
        "b87a8592f1cdd8b15e1e827967afd45a8c5ffc1123773bc4bd023fe1ccecd321"
    ),
    face!(
        "NotoSansThai-Regular.ttf",
        "Noto Sans Thai",
        false,
        "dfbd5ed0f1e68c3cbc51aa08f646d1ab0e68e7c4ceab70a69e465225ff701f93"
    ),
    face!(
        "NotoSansThai-Bold.ttf",
        "Noto Sans Thai",
        true,
        "97bbc8ea98328325285f2f552228c7aac1db39d8f38f0096a61ba7df1f1f780e"
    ),
    face!(
        "NotoSansArabic-Regular.ttf",
        "Noto Sans Arabic",
        false,
        "504d7407d86875acf7d04dfaa0fd7524d0b8797723bc4aa18022f29db25b0b6e"
    ),
    face!(
        "NotoSansArabic-Bold.ttf",
        "Noto Sans Arabic",
        true,
        "ded6fc7359ca36d15d7aab9ef0c066e21ce48b26a069994d6602fa2cb9a1b952"
    ),
    face!(
        "NotoSansHebrew-Regular.ttf",
        "Noto Sans Hebrew",
        false,
        "436900d5ad77d33e4234247f3076eaecd25b92b9bea0519514f684140e3566a7"
    ),
    face!(
        "NotoSansHebrew-Bold.ttf",
        "Noto Sans Hebrew",
        true,
        "d3b01343f71e8a93fffb84c345a1aecbaf4694b98d0eaace916cb9eac9e6dcd3"
    ),
    face!(
        "NotoSansCJKsc-Bold.ttf",
        "Noto Sans CJK SC",
        true,
        "00d584d318b36ad369fe136e39d23dca1e2493b0d04d2cfcde41b680ce272f34"
    ),
    face!(
        "NotoSansCJKkr-Bold.ttf",
        "Noto Sans CJK KR",
        true,
        "9dc8650653dd2702068d89d8611333124df9b88c71fad2e5421b810a2c26ebaf"
    ),
];
