//! Pictures over HTTP: what is taken in, what is refused, and how it is served.

use super::site::{app, by_operator};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::Value;
use std::io::Cursor;
use store::Engine;
use testkit::db::TestDb;
use tower::ServiceExt;

struct Site {
    router: Router,
    blobs: store::blob::Blobs,
    _db: TestDb,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|err| panic!("{err}: {:?}", self.body))
    }
    #[track_caller]
    fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.json()["code"].as_str()), (status, Some(code)));
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
    }
}

impl Site {
    fn new() -> Self {
        let db = TestDb::new(Engine::Sqlite);
        let app = app(&db);
        Self { blobs: app.blobs.clone(), router: server::router(app), _db: db }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Somebody of the platform takes a picture in. What the sender calls it is beside the point.
    async fn upload(&self, bytes: impl Into<Body>) -> Answer {
        let request = Request::post("/api/platform/media").header(header::CONTENT_TYPE, "image/png");
        self.send(by_operator(request.body(bytes.into()).unwrap())).await
    }
}

fn drawn(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, ((x + y) % 256) as u8]))
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(drawn(1000, 500)).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_taken_in_and_served_in_three_sizes_for_good() {
    let site = Site::new();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let made = site.upload(encoded(format)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.body);
        let made = made.json();
        let sizes = made["sizes"].as_array().unwrap();
        let widths: Vec<_> = sizes.iter().map(|size| size["width"].as_u64().unwrap()).collect();
        assert_eq!(widths, [160, 360, 960]);
        assert_eq!(made["key"], sizes[2]["key"]);
        for size in sizes {
            let path = format!("/media/{}", size["key"].as_str().unwrap());
            let served = site.get(&path).await;
            assert_eq!(served.status, StatusCode::OK);
            let says = |name: header::HeaderName| served.headers[name].to_str().unwrap();
            assert_eq!(says(header::CONTENT_TYPE), "image/jpeg");
            assert_eq!(says(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
            assert_eq!(says(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert_eq!(says(header::CONTENT_SECURITY_POLICY), "default-src 'none'; sandbox");
            assert!(!served.headers.contains_key(header::SET_COOKIE));
            let picture = image::load_from_memory_with_format(&served.body, ImageFormat::Jpeg).unwrap();
            assert_eq!(u64::from(picture.width()), size["width"].as_u64().unwrap());
            let again = Request::get(&path).header(header::IF_NONE_MATCH, says(header::ETAG));
            let again = site.send(again.body(Body::empty()).unwrap()).await;
            assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_whatever_it_is_called() {
    let site = Site::new();
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    site.upload(svg).await.refused(422, "media.format");
    site.upload("<!doctype html><script>alert(1)</script>").await.refused(422, "media.format");
    site.upload(Body::empty()).await.refused(422, "media.format");
    let disguised = [b"\x89PNG\r\n\x1a\n".as_slice(), svg.as_bytes()].concat();
    site.upload(disguised).await.refused(422, "media.damaged");
    let mut torn = encoded(ImageFormat::Png);
    torn.truncate(torn.len() / 2);
    site.upload(torn).await.refused(422, "media.damaged");
    // A bomb: a small file that says it has 900 million pixels.
    let mut bomb = encoded(ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let sum = !bomb[12..29].iter().fold(!0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    });
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    site.upload(bomb).await.refused(422, "media.too_many_pixels");
    site.upload(vec![0xff; (8 << 20) + 1]).await.refused(413, "media.too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pictures_are_served_and_only_under_their_keys() {
    let site = Site::new();
    for bad in ["x", "..%2F..%2Fsanhao.db", &"A".repeat(64), &"0".repeat(63), &"0".repeat(64)] {
        let answer = site.get(&format!("/media/{bad}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{bad}");
    }
    // Whatever else may lie among the blobs is not for everybody.
    let page = site.blobs.put(Bytes::from_static(b"<script>alert(1)</script>")).await.unwrap();
    assert_eq!(site.get(&format!("/media/{page}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_pictures_at_once_wait_for_each_other_and_all_arrive() {
    let site = std::sync::Arc::new(Site::new());
    let sent: Vec<_> = (0..8)
        .map(|n| {
            let site = site.clone();
            tokio::spawn(async move {
                let mut bytes = Cursor::new(Vec::new());
                DynamicImage::from(drawn(400 + n, 300)).write_to(&mut bytes, ImageFormat::Png).unwrap();
                site.upload(bytes.into_inner()).await.status
            })
        })
        .collect();
    for status in sent {
        assert_eq!(status.await.unwrap(), StatusCode::CREATED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_pictures_in() {
    let site = Site::new();
    let request = Request::post("/api/platform/media").body(Body::from(encoded(ImageFormat::Png))).unwrap();
    site.send(request).await.refused(401, "web.sign_in");
}
