//! Pictures: read with limits, made smaller, written anew as JPEG. Bytes in, bytes out; where they are kept is not known
//! here.
//!
//! Invariants:
//! - What is served was written by this program: nothing of what was uploaded (names, places, scripts, other formats in
//!   the same bytes) is in it.
//! - What claims to be large is refused before it is unpacked.
//! - A file's key is the SHA-256 of its bytes, so what stands under a key never changes.

mod jpeg;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Cursor;

/// The width that stands in cards: on a phone they are 181 px wide, of which each has two dots.
pub const CARD: u32 = 360;

/// What may be uploaded, and what is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// The most bytes.
    pub bytes: usize,
    /// The most pixels.
    pub pixels: u64,
    /// The shortest side, in pixels.
    pub side_least: u32,
    /// The longest side, in pixels: JPEG itself ends at 65,535.
    pub side_most: u32,
    /// The widths that are made, smallest first. A picture is never made larger than it is.
    pub widths: Vec<u32>,
    /// JPEG's quality, from 1 to 100.
    pub quality: u8,
}

impl Default for Bounds {
    /// 8 MB, 40 million pixels, widths of 160, 360 ([`CARD`]) and 960.
    fn default() -> Self {
        let (bytes, pixels) = (8 << 20, 40_000_000);
        Self { bytes, pixels, side_least: 16, side_most: 20_000, widths: vec![160, CARD, 960], quality: 82 }
    }
}

/// One size of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MediaSize {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Where it is served: `/media/{key}`.
    pub key: Box<str>,
}

/// A picture with its sizes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MediaView {
    /// That of its largest size, by which it is named.
    pub key: Box<str>,
    /// Of the largest size, in pixels.
    pub width: u32,
    /// Of the largest size, in pixels.
    pub height: u32,
    /// All sizes, smallest first.
    pub sizes: Vec<MediaSize>,
}

/// A picture that was stored.
pub type MediaStored = MediaView;

impl MediaView {
    /// The key of the smallest size that is at least so wide, or of the largest.
    pub fn at_least(&self, width: u32) -> &str {
        self.sizes.iter().find(|size| size.width >= width).map_or(&self.key, |size| &size.key)
    }
}

/// What became of an upload: what to remember, and the files to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The picture with its sizes.
    pub media: MediaView,
    /// Every file with its key, each once.
    pub files: Vec<(Box<str>, Vec<u8>)>,
}

/// Why an upload was refused.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "media")]
pub enum Error {
    /// More bytes than there may be.
    #[problem(Invalid, args(most, megabytes = most >> 20))]
    TooLarge {
        /// The most.
        most: usize,
    },
    /// More pixels than there may be.
    #[problem(Invalid, args(most, ten_thousands = most / 10_000, width, height))]
    TooManyPixels {
        /// The most.
        most: u64,
        /// As it claims.
        width: u32,
        /// As it claims.
        height: u32,
    },
    /// Fewer pixels than make a picture.
    #[problem(Invalid)]
    TooSmall {
        /// The least.
        least: u32,
        /// As it is.
        width: u32,
        /// As it is.
        height: u32,
    },
    /// A format of phones and browsers that is not read here.
    #[problem(Invalid, args(format))]
    NotRead {
        /// What it is called.
        format: &'static str,
    },
    /// Not one of the formats.
    #[problem(Invalid)]
    Format,
    /// It begins like a picture and cannot be read to its end.
    #[problem(Invalid)]
    Damaged,
}

/// The name of bytes: their SHA-256 in 64 hexadecimal digits.
pub fn key_of(bytes: &[u8]) -> Box<str> {
    hex::encode(Sha256::digest(bytes)).into()
}

/// Reads an upload and makes its sizes. Slow (tens of milliseconds): never inside a write, never on a thread that must not
/// block.
pub fn process(bytes: &[u8], bounds: &Bounds) -> Result<Picture, Error> {
    if bytes.len() > bounds.bytes {
        return Err(Error::TooLarge { most: bounds.bytes });
    }
    make(&read(bytes, bounds)?, bounds)
}

/// The sizes of a picture that is at hand as rows of red, green and blue; for pictures that were drawn, not uploaded.
pub fn of_pixels(width: u32, height: u32, rgb: Vec<u8>, bounds: &Bounds) -> Result<Picture, Error> {
    let image = RgbImage::from_raw(width, height, rgb).ok_or(Error::Damaged)?;
    make(&image, bounds)
}

fn read(bytes: &[u8], bounds: &Bounds) -> Result<RgbImage, Error> {
    // By its first bytes alone, never by a name that came along.
    if let Some(format) = not_read(bytes) {
        return Err(Error::NotRead { format });
    }
    let format = image::guess_format(bytes).map_err(|_| Error::Format)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(Error::Format);
    }
    if !is_whole(bytes, format) {
        return Err(Error::Damaged);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = image::Limits::default();
    // What a decoder may take beside the picture itself: four bytes a pixel, twice.
    limits.max_alloc = Some(bounds.pixels.saturating_mul(8));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|err| refused(&err))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > bounds.pixels || width.max(height) > bounds.side_most {
        return Err(Error::TooManyPixels { most: bounds.pixels, width, height });
    }
    let least = bounds.side_least;
    if width < least || height < least {
        return Err(Error::TooSmall { least, width, height });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|err| refused(&err))?;
    if let Some(profile) = profile {
        image = in_srgb(image, &profile);
    }
    image.apply_orientation(orientation);
    Ok(on_white(image))
}

/// What phones and browsers write beside the formats that are read: boxes that begin with the brand of their kind.
fn not_read(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8) != Some(b"ftyp") {
        return None;
    }
    match bytes.get(8..12)? {
        b"avif" | b"avis" => Some("AVIF"),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => Some("HEIC"),
        _ => None,
    }
}

/// Whether a file goes to the end that its format sets. Decoders fill up what is missing, in grey.
fn is_whole(bytes: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Jpeg => jpeg::is_whole(bytes),
        ImageFormat::Png => png_ends(bytes),
        _ => {
            let claimed = bytes.get(4..8).and_then(|size| size.try_into().ok()).map(u32::from_le_bytes);
            claimed.is_some_and(|claimed| bytes.len() as u64 >= u64::from(claimed) + 8)
        }
    }
}

/// Whether a PNG comes to its end chunk.
fn png_ends(bytes: &[u8]) -> bool {
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let long = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        // Its length, its name, what it holds, its checksum.
        at = at.saturating_add(long).saturating_add(12);
        if &head[4..] == b"IEND" {
            return at <= bytes.len();
        }
    }
    false
}

/// A picture in the colours of the web. One whose profile cannot be read, or is of other colours than it has, is taken for
/// such a picture already, as browsers take it.
fn in_srgb(image: DynamicImage, profile: &[u8]) -> DynamicImage {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return image };
    let (srgb, (width, height)) = (ColorProfile::new_srgb(), (image.width(), image.height()));
    let alpha = image.color().has_alpha();
    let (from, to, bytes) = match profile.color_space {
        DataColorSpace::Rgb if alpha => (Layout::Rgba, Layout::Rgba, image.to_rgba8().into_raw()),
        DataColorSpace::Rgb => (Layout::Rgb, Layout::Rgb, image.to_rgb8().into_raw()),
        DataColorSpace::Gray if !image.color().has_color() && !alpha => {
            (Layout::Gray, Layout::Rgb, image.to_luma8().into_raw())
        }
        _ => return image,
    };
    let Ok(transform) = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()) else {
        return image;
    };
    let channels = if matches!(to, Layout::Rgba) { 4 } else { 3 };
    let mut out = vec![0; width as usize * height as usize * channels];
    if transform.transform(&bytes, &mut out).is_err() {
        return image;
    }
    let converted = match to {
        Layout::Rgba => RgbaImage::from_raw(width, height, out).map(DynamicImage::from),
        _ => RgbImage::from_raw(width, height, out).map(DynamicImage::from),
    };
    converted.unwrap_or(image)
}

fn refused(err: &ImageError) -> Error {
    match err {
        ImageError::Unsupported(_) => Error::Format,
        _ => Error::Damaged,
    }
}

/// JPEG has no holes: what shows through is white.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let mut out = RgbImage::new(image.width(), image.height());
    for (from, to) in image.pixels().zip(out.pixels_mut()) {
        let [r, g, b, a] = from.0.map(u16::from);
        to.0 = [r, g, b].map(|c| ((c * a + 255 * (255 - a) + 127) / 255) as u8);
    }
    out
}

fn make(image: &RgbImage, bounds: &Bounds) -> Result<Picture, Error> {
    let (width, height) = image.dimensions();
    if width == 0 || height == 0 {
        return Err(Error::TooSmall { least: bounds.side_least, width, height });
    }
    let mut widths: Vec<u32> = bounds.widths.iter().copied().filter(|wanted| *wanted < width).collect();
    // The picture itself is its largest size, unless it is larger than any that is wanted.
    if widths.len() < bounds.widths.len() || widths.is_empty() {
        widths.push(width);
    }
    let (mut sizes, mut files) = (Vec::new(), Vec::<(Box<str>, Vec<u8>)>::new());
    // Largest first: each smaller one is made of the one before, which is quicker and looks the same.
    let mut last: Option<RgbImage> = None;
    for wanted in widths.into_iter().rev() {
        let tall = (u64::from(height) * u64::from(wanted)).div_ceil(u64::from(width));
        let tall = u32::try_from(tall).unwrap_or(u32::MAX).max(1);
        let source = last.as_ref().unwrap_or(image);
        let made = if wanted == width {
            image.clone()
        } else {
            // Far smaller: halve roughly first, then finely.
            let (w, h) = source.dimensions();
            if w / wanted >= 4 {
                let rough = image::imageops::thumbnail(source, wanted * 2, (tall * 2).min(h));
                image::imageops::resize(&rough, wanted, tall, FilterType::Triangle)
            } else {
                image::imageops::resize(source, wanted, tall, FilterType::Triangle)
            }
        };
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, bounds.quality);
        encoder.encode_image(&made).map_err(|_| Error::Damaged)?;
        let key = key_of(&bytes);
        sizes.push(MediaSize { width: wanted, height: tall, key: key.clone() });
        if files.iter().all(|(other, _)| *other != key) {
            files.push((key, bytes));
        }
        last = Some(made);
    }
    sizes.reverse();
    let largest = sizes.last().ok_or(Error::Damaged)?;
    let (key, width, height) = (largest.key.clone(), largest.width, largest.height);
    Ok(Picture { media: MediaView { key, width, height, sizes }, files })
}
