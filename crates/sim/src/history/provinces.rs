//! The provinces: where they lie, how far apart, and how many buyers live there.

/// How many provinces there are.
pub(super) const PROVINCES: usize = 24;

/// Where a province lies, on a grid of about 100 km, and how many of a thousand buyers live there.
pub(super) const MAP: [(i64, i64, u64); PROVINCES] = [
    (30, 22, 55), // Beijing and Tianjin
    (29, 20, 48), // Hebei
    (25, 20, 26), // Shanxi
    (33, 26, 34), // Liaoning
    (36, 29, 22), // Jilin
    (38, 33, 24), // Heilongjiang
    (35, 13, 62), // Shanghai
    (33, 14, 84), // Jiangsu
    (34, 11, 82), // Zhejiang
    (31, 13, 44), // Anhui
    (32, 7, 46),  // Fujian
    (30, 9, 30),  // Jiangxi
    (32, 18, 72), // Shandong
    (28, 16, 60), // Henan
    (27, 12, 44), // Hubei
    (26, 8, 42),  // Hunan
    (28, 3, 118), // Guangdong
    (24, 3, 30),  // Guangxi
    (21, 11, 66), // Sichuan and Chongqing
    (21, 7, 22),  // Guizhou
    (18, 5, 28),  // Yunnan
    (23, 17, 30), // Shaanxi
    (17, 19, 14), // Gansu, Ningxia and Qinghai
    (3, 26, 17),  // Xinjiang
];

/// Whether parcels to a province go to a remote area.
pub(super) const fn remote(province: u8) -> bool {
    province >= 22
}

/// The way between two provinces, in units of 100 km (the larger difference counts whole, the smaller half).
pub(super) fn distance(a: u8, b: u8) -> i64 {
    let ((ax, ay, _), (bx, by, _)) = (MAP[usize::from(a)], MAP[usize::from(b)]);
    let (dx, dy) = ((ax - bx).abs(), (ay - by).abs());
    dx.max(dy) + dx.min(dy) / 2
}
