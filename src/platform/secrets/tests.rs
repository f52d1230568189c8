use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::*;

const ROW: Uuid = Uuid::from_u128(7);
const PLACE: Place = Place { table: "channels", row: ROW, column: "secret" };

fn ring() -> Secrets {
    Secrets::new(&[1; 32], &[])
}

#[test]
fn a_sealed_value_opens_at_its_place_only() {
    let ring = ring();
    for plain in ["", "hush", "长的秘密"] {
        let sealed = ring.seal(PLACE, plain).expect("seal");
        assert_eq!(ring.open(PLACE, &sealed).expect("open").expose(), plain);
        let elsewhere = [Place { row: Uuid::from_u128(8), ..PLACE }, Place { table: "backends", ..PLACE }, Place { column: "token", ..PLACE }];
        for place in elsewhere {
            assert_eq!(ring.open(place, &sealed), Err(Unsealed::Broken), "{place:?}");
        }
    }
}

#[test]
fn every_changed_byte_and_every_cut_is_noticed() {
    let ring = ring();
    let sealed = ring.seal(PLACE, "hush").expect("seal");
    for index in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[index] ^= 1;
        assert!(ring.open(PLACE, &changed).is_err(), "byte {index}");
        assert!(ring.open(PLACE, &sealed[..index]).is_err(), "cut at {index}");
    }
    assert_eq!(ring.open(PLACE, &[&sealed[..], &[0]].concat()), Err(Unsealed::Broken));
}

#[test]
fn the_same_text_seals_differently_each_time() {
    let ring = ring();
    assert_ne!(ring.seal(PLACE, "hush").expect("seal"), ring.seal(PLACE, "hush").expect("seal"));
}

#[test]
fn an_older_key_still_opens_and_says_so() {
    let sealed = ring().seal(PLACE, "hush").expect("seal");
    let rotated = Secrets::new(&[2; 32], &[[1; 32]]);
    assert_eq!(rotated.open(PLACE, &sealed).expect("open").expose(), "hush");
    assert!(rotated.is_outdated(&sealed) && !ring().is_outdated(&sealed));
    assert_eq!(Secrets::new(&[2; 32], &[]).open(PLACE, &sealed), Err(Unsealed::UnknownKey));
}

#[test]
fn a_missing_key_file_is_made_private_and_kept() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("key");
    let sealed = Secrets::from_file(&path).expect("made").seal(PLACE, "hush").expect("seal");
    assert_eq!(fs::metadata(&path).expect("file").permissions().mode() & 0o777, 0o600);
    assert_eq!(Secrets::from_file(&path).expect("read").open(PLACE, &sealed).expect("open").expose(), "hush");
}

#[test]
fn bad_key_files_are_refused_in_one_line() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("key");
    let good = hex::encode([3; 32]);
    let read = |text: &str, mode| {
        fs::write(&path, text).expect("write");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("mode");
        Secrets::from_file(&path).map(|ring| ring.older.len())
    };
    assert_eq!(read(&good, 0o600).expect("hex"), 0);
    assert_eq!(read(&base64::encode_url(&[3; 32]), 0o440).expect("base64, group may read"), 0);
    assert_eq!(read(&format!("{good}\n\n{}\n", hex::encode([4; 32])), 0o600).expect("two"), 1);
    for (text, mode) in [(&good[..62], 0o600), ("", 0o600), ("\n", 0o600), ("hello", 0o600), (&good, 0o644), (&good, 0o602), (&good, 0o620)] {
        let message = read(text, mode).expect_err("refused").to_string();
        assert!(!message.contains('\n') && !message.contains("0303"), "{message}");
    }
}

#[test]
fn a_secret_never_prints() {
    let shown = format!("{:?}", Some(Secret::from("hush".to_owned())));
    assert_eq!(shown, "Some(Secret(…))");
}

#[test]
fn tokens_are_long_and_distinct() {
    let (one, two) = (random_token().expect("token"), random_token().expect("token"));
    assert_eq!(base64::decode(&one).map(|bytes| bytes.len()), Some(32));
    assert_ne!(one, two);
    assert!(same(&digest(&one), &digest(&one)) && !same(&digest(&one), &digest(&two)));
}

#[test]
fn digest_and_mac_agree_with_published_vectors() {
    // FIPS 180-2, appendix B.1; RFC 4231, test case 2.
    assert_eq!(hex::encode(digest("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(mac(b"Jefe", b"what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
