//! Pictures: what is read, what is refused, and what is made of it.

use crate::{Stall, ctx, write};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use kernel::{Kind, Problem};
use offer::catalog;
use offer::media::{self, Bounds, Error};
use std::io::Cursor;
use testkit::db::on_both;

fn drawn(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([
            (x * 255 / width) as u8,
            (y * 255 / height) as u8,
            if (x / 40 + y / 40) % 2 == 0 { 200 } else { 40 },
        ])
    })
}

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn process(bytes: &[u8]) -> Result<media::Picture, Error> {
    media::process(bytes, &Bounds::default())
}

#[test]
fn every_format_becomes_jpeg_in_three_widths() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let made = process(&encoded(drawn(1200, 800), format)).unwrap();
        let sizes: Vec<_> = made.media.sizes.iter().map(|size| (size.width, size.height)).collect();
        assert_eq!(sizes, [(160, 107), (360, 240), (960, 640)], "{format:?}");
        assert_eq!((made.media.width, made.media.height), (960, 640));
        assert_eq!(made.media.key, made.media.sizes[2].key);
        assert_eq!(
            (made.media.at_least(400), made.media.at_least(9999)),
            (&*made.media.sizes[1].key, &*made.media.key)
        );
        for (key, bytes) in &made.files {
            assert_eq!(*key, media::key_of(bytes));
            assert_eq!(image::guess_format(bytes).unwrap(), ImageFormat::Jpeg);
        }
        // It is still the same picture: red grows to the right, green downwards.
        let small = image::load_from_memory(&made.files.last().unwrap().1).unwrap().into_rgb8();
        let (left, right) = (small.get_pixel(8, 50), small.get_pixel(150, 50));
        assert!(left[0] < 60 && right[0] > 190, "{left:?} {right:?}");
        assert_eq!(process(&encoded(drawn(1200, 800), format)).unwrap(), made);
    }
}

#[test]
fn a_small_picture_is_not_made_larger() {
    let made = process(&encoded(drawn(300, 200), ImageFormat::Png)).unwrap();
    assert_eq!(made.media.sizes.iter().map(|size| size.width).collect::<Vec<_>>(), [160, 300]);
    let tiny = process(&encoded(drawn(16, 16), ImageFormat::Png)).unwrap();
    assert_eq!(tiny.media.sizes.iter().map(|size| size.width).collect::<Vec<_>>(), [16]);
    let exact = process(&encoded(drawn(960, 960), ImageFormat::Png)).unwrap();
    assert_eq!(exact.media.sizes.iter().map(|size| size.width).collect::<Vec<_>>(), [160, 360, 960]);
}

#[test]
fn what_shows_through_becomes_white() {
    let clear = RgbaImage::from_pixel(200, 200, Rgba([255, 0, 0, 0]));
    let made = process(&encoded(clear, ImageFormat::Png)).unwrap();
    let small = image::load_from_memory(&made.files[0].1).unwrap().into_rgb8();
    assert!(small.get_pixel(50, 50).0.iter().all(|c| *c > 250));
}

#[test]
fn nothing_that_was_hidden_in_the_upload_is_served() {
    let mut bytes = encoded(drawn(400, 300), ImageFormat::Jpeg);
    // A comment segment right after the start of the image, and bytes behind its end.
    let comment = b"\xff\xfe\x00\x19GPS 31.2304N <script>x";
    bytes.splice(2..2, comment.iter().copied());
    bytes.extend_from_slice(b"<script>alert(1)</script>");
    let made = process(&bytes).unwrap();
    for (_, file) in &made.files {
        assert!(!file.windows(6).any(|part| part == b"script" || part == b"31.230"));
    }
}

#[test]
fn a_picture_that_lies_on_its_side_is_turned() {
    // EXIF with orientation 6 (turn by 90 degrees), as a camera writes it.
    let mut exif =
        b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    let length = (exif.len() - 2) as u16;
    exif[2..4].copy_from_slice(&length.to_be_bytes());
    let mut bytes = encoded(drawn(400, 200), ImageFormat::Jpeg);
    bytes.splice(2..2, exif);
    let made = process(&bytes).unwrap();
    assert_eq!((made.media.width, made.media.height), (200, 400));
}

#[test]
fn what_is_no_picture_is_refused() {
    let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let html: &[u8] = b"<!doctype html><script>alert(1)</script>";
    for bytes in
        [b"".as_slice(), b"\0", b"hello", svg, html, b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", b"%PDF-1.7"]
    {
        let err = process(bytes).unwrap_err();
        assert_eq!((err.kind(), err), (Kind::Invalid, Error::Format));
    }
    // A page that begins like a picture.
    for start in [b"\x89PNG\r\n\x1a\n".as_slice(), b"\xff\xd8\xff\xe0", b"RIFF\x10\0\0\0WEBPVP8 "] {
        let disguised = [start, html].concat();
        assert_eq!(process(&disguised).unwrap_err(), Error::Damaged);
    }
    // One that ends in the middle.
    let whole = encoded(drawn(400, 300), ImageFormat::Png);
    assert_eq!(process(&whole[..whole.len() / 2]).unwrap_err(), Error::Damaged);
}

#[test]
fn what_is_too_large_or_too_small_is_refused_before_it_is_unpacked() {
    let most = Bounds::default().bytes;
    let mut large = encoded(drawn(100, 100), ImageFormat::Png);
    large.resize(most + 1, 0);
    assert_eq!(process(&large).unwrap_err(), Error::TooLarge { most });
    assert!(matches!(
        process(&encoded(drawn(15, 400), ImageFormat::Png)),
        Err(Error::TooSmall { width: 15, .. })
    ));
    // A bomb: some kilobytes that claim to be 30,000 x 30,000 pixels.
    let mut bomb = encoded(drawn(64, 64), ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let sum = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    let err = process(&bomb).unwrap_err();
    assert_eq!(err, Error::TooManyPixels { most: 40_000_000, width: 30_000, height: 30_000 });
    // Narrow and endless.
    let mut tape = encoded(drawn(64, 64), ImageFormat::Png);
    tape[16..24].copy_from_slice(&[0, 0, 0, 0x40, 0, 0, 0x75, 0x30]);
    let sum = crc(&tape[12..29]);
    tape[29..33].copy_from_slice(&sum.to_be_bytes());
    assert!(matches!(process(&tape), Err(Error::TooManyPixels { width: 64, .. })));
}

/// The checksum of a chunk of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[test]
fn a_drawn_picture_is_made_without_a_file() {
    let made = media::of_pixels(600, 400, drawn(600, 400).into_raw(), &Bounds::default()).unwrap();
    assert_eq!(made.media.sizes.iter().map(|size| size.width).collect::<Vec<_>>(), [160, 360, 600]);
    assert_eq!(media::of_pixels(600, 400, vec![0; 7], &Bounds::default()).unwrap_err(), Error::Damaged);
}

#[test]
fn a_picture_belongs_to_whoever_added_it() {
    on_both(|db| {
        let stall = Stall::new(db);
        let shop = stall.shop;
        let made = process(&encoded(drawn(600, 400), ImageFormat::Png)).unwrap().media;
        let (one, two) = (made.clone(), made.clone());
        write(db, move |tx| catalog::add_media(tx, &ctx(), Some(shop), &one)).unwrap();
        write(db, move |tx| catalog::add_media(tx, &ctx(), Some(shop), &two)).unwrap();
        let found = |shop| db.read(|q| catalog::media(q, shop, &made.key)).unwrap();
        assert_eq!(found(Some(shop)), Some(made.clone()));
        assert_eq!((found(None), found(Some(stall.beside().shop))), (None, None));
    });
}

#[test]
fn a_picture_that_is_not_whole_is_refused_in_every_format() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = encoded(drawn(400, 300), format);
        assert!(process(&whole).is_ok(), "{format:?}");
        for part in [whole.len() / 2, whole.len() * 9 / 10, whole.len() - 2] {
            assert_eq!(process(&whole[..part]).unwrap_err(), Error::Damaged, "{format:?} {part}");
        }
    }
}

#[test]
fn formats_that_are_not_read_are_named_with_what_to_do() {
    for (brand, format) in [(b"avif", "AVIF"), (b"heic", "HEIC"), (b"mif1", "HEIC")] {
        let bytes = [&b"\0\0\0\x1cftyp"[..], brand, &[0; 64]].concat();
        let err = process(&bytes).unwrap_err();
        assert_eq!(err, Error::NotRead { format });
        let text = err.to_string();
        assert!(text.contains(format) && text.contains("as JPEG, PNG or WebP"), "{text}");
    }
}

#[test]
fn colours_of_a_profile_are_those_of_the_web_before_it_is_dropped() {
    let green = RgbImage::from_pixel(200, 200, Rgb([0, 200, 0]));
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    image::ImageEncoder::set_icc_profile(&mut encoder, profile).unwrap();
    image::ImageEncoder::write_image(encoder, &green, 200, 200, image::ExtendedColorType::Rgb8).unwrap();
    let centre = |made: &media::Picture| {
        image::load_from_memory(&made.files[0].1).unwrap().into_rgb8().get_pixel(80, 80).0
    };
    let (with, without) =
        (centre(&process(&bytes).unwrap()), centre(&process(&encoded(green, ImageFormat::Png)).unwrap()));
    // This green of the wider space is brighter than the same numbers in sRGB.
    assert!(without[1].abs_diff(200) < 6, "{without:?}");
    assert!(with[1] > without[1] + 4, "{with:?} {without:?}");
}

/// Scan by scan, with restarts, in grey, with colours at half of the width, as printers have them.
const OTHERS: [(&str, &[u8]); 5] = [
    ("progressive", include_bytes!("../pictures/progressive.jpg")),
    ("restarts", include_bytes!("../pictures/restarts.jpg")),
    ("grey", include_bytes!("../pictures/grey.jpg")),
    ("half", include_bytes!("../pictures/half.jpg")),
    ("cmyk", include_bytes!("../pictures/cmyk.jpg")),
];

#[test]
fn a_jpeg_whose_rows_are_missing_is_refused_though_it_has_an_end_marker() {
    let whole = encoded(drawn(400, 300), ImageFormat::Jpeg);
    for part in [whole.len() / 2, whole.len() * 9 / 10, whole.len() - 8] {
        let cut = [&whole[..part], &[0xff, 0xd9]].concat();
        assert_eq!(process(&cut).unwrap_err(), Error::Damaged, "{part}");
    }
    // Pictures of other programs.
    for (name, whole) in OTHERS {
        assert!(process(whole).is_ok(), "{name}: {:?}", process(whole));
        let cut = [&whole[..whole.len() / 2], &[0xff, 0xd9]].concat();
        assert_eq!(process(&cut).unwrap_err(), Error::Damaged, "{name}");
    }
}
