//! Pictures of goods: drawings with colours to be chosen, made into pixels.
//!
//! A drawing is an SVG in `assets/` that names colours instead of having them: `{m}` is the main colour, `{a}` the second
//! one, each with a light, a dark and a darkest shade (`{ml}`, `{md}`, `{mx}`); `url(#mh)`, `url(#mv)` and `url(#mr)` are
//! gradients of it; `{room}`, `{wall}` and `{tile}` are what stands behind. The same drawing in the same colours is the same
//! picture, byte for byte.

use super::Error;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// How wide pictures are drawn; they are a third higher.
pub(super) const WIDTH: u32 = 720;
const HEIGHT: u32 = 960;

/// The colours of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Colours {
    pub(super) main: u32,
    pub(super) second: u32,
    /// Which of [`ROOMS`].
    pub(super) room: usize,
}

/// Walls and tables.
pub(super) const ROOMS: [(u32, u32); 8] = [
    (0xE6DFD3, 0xB49472),
    (0xDDE4E8, 0xA98B68),
    (0xE4E6DD, 0xA8966F),
    (0xEADFDC, 0x8E8579),
    (0xD8DAE2, 0x7C6248),
    (0xE4E8DC, 0xB8A680),
    (0xEDE6D6, 0x9C7B57),
    (0xDCE5E2, 0x8A8F86),
];

const WHITE: u32 = 0xFF_FFFF;
const INK: u32 = 0x14_100C;

/// A colour between two: `percent` of the way from `a` to `b`.
fn mix(a: u32, b: u32, percent: u32) -> u32 {
    let part = |shift: u32| {
        let (a, b) = ((a >> shift) & 255, (b >> shift) & 255);
        ((a * (100 - percent) + b * percent + 50) / 100) << shift
    };
    part(16) | part(8) | part(0)
}

fn hex(colour: u32) -> String {
    format!("#{colour:06x}")
}

/// A gradient: `x1 y1 x2 y2` decide its direction, or nothing makes it a round one.
fn gradient(id: &str, to: Option<(u8, u8)>, stops: &[(&str, u32)]) -> String {
    let stops: String = stops
        .iter()
        .map(|(at, colour)| format!("<stop offset=\"{at}\" stop-color=\"{}\"/>", hex(*colour)))
        .collect();
    match to {
        Some((x, y)) => format!(
            "<linearGradient id=\"{id}\" x1=\"0\" y1=\"0\" x2=\"{x}\" y2=\"{y}\">{stops}</linearGradient>"
        ),
        None => format!("<radialGradient id=\"{id}\" cx=\".36\" cy=\".3\" r=\".8\">{stops}</radialGradient>"),
    }
}

/// What every drawing may use.
fn definitions(colours: Colours) -> String {
    const ACROSS: Option<(u8, u8)> = Some((1, 0));
    const DOWN: Option<(u8, u8)> = Some((0, 1));
    let (wall, table) = ROOMS[colours.room % ROOMS.len()];
    let mut out =
        "<defs><radialGradient id=\"sh\"><stop offset=\"0\" stop-color=\"#15110C\" stop-opacity=\".5\"/>\
                   <stop offset=\"1\" stop-color=\"#15110C\" stop-opacity=\"0\"/></radialGradient>"
            .to_owned();
    for (name, colour) in [("m", colours.main), ("a", colours.second)] {
        let dark = mix(colour, INK, 30);
        let across = [("0", dark), (".3", mix(colour, WHITE, 20)), (".62", colour), ("1", dark)];
        out += &gradient(&format!("{name}h"), ACROSS, &across);
        out += &gradient(&format!("{name}v"), DOWN, &[("0", mix(colour, WHITE, 16)), ("1", dark)]);
        let round = [("0", mix(colour, WHITE, 42)), (".45", colour), ("1", dark)];
        out += &gradient(&format!("{name}r"), None, &round);
    }
    out += &gradient("wd", ACROSS, &[("0", 0x8A_6440), (".5", 0xB9_8B5E), ("1", 0x7C_5736)]);
    let steel = [("0", 0x8F_959B), (".35", 0xF4_F5F5), (".65", 0xDD_E0E2), ("1", 0x86_8C92)];
    out += &gradient("st", ACROSS, &steel);
    out += &gradient("stv", DOWN, &[("0", 0xE9_EBEC), (".5", 0xB4_BAC0), ("1", 0x7D_848B)]);
    out += &gradient("go", ACROSS, &[("0", 0x8A_6424), (".4", 0xE7_C778), ("1", 0x80_5A1E)]);
    out += &gradient("bg", DOWN, &[("0", mix(wall, WHITE, 25)), ("1", mix(wall, INK, 8))]);
    out += &gradient("tb", DOWN, &[("0", table), ("1", mix(table, INK, 25))]);
    out + "</defs>"
}

const WALL: &str = "<rect width=\"300\" height=\"400\" fill=\"url(#bg)\"/>\
                    <path d=\"M0 0H130L40 400H0Z\" fill=\"#fff\" opacity=\".18\"/>";
const ROOM: &str = "<rect width=\"300\" height=\"400\" fill=\"url(#bg)\"/>\
                    <path d=\"M300 0H160L230 300H300Z\" fill=\"#fff\" opacity=\".16\"/>\
                    <rect y=\"300\" width=\"300\" height=\"100\" fill=\"url(#tb)\"/>";
const TILE: &str = "<rect width=\"300\" height=\"400\" fill=\"url(#bg)\"/>\
                    <path d=\"M0 100H300M0 200H300M75 0V100M225 0V100M150 100V200M75 200V300M225 200V300\" \
                    stroke=\"#000\" stroke-width=\"1.5\" opacity=\".09\"/>\
                    <rect y=\"300\" width=\"300\" height=\"100\" fill=\"url(#tb)\"/>";

/// A drawing with its colours.
fn coloured(drawing: &str, colours: Colours) -> String {
    let (wall, _) = ROOMS[colours.room % ROOMS.len()];
    let mut out = drawing.replace("{defs}", &definitions(colours));
    for (name, scene) in [("{wall}", WALL), ("{room}", ROOM), ("{tile}", TILE)] {
        out = out.replace(name, scene);
    }
    for (name, colour) in [("m", colours.main), ("a", colours.second), ("b", wall)] {
        for (shade, value) in [
            ("", colour),
            ("l", mix(colour, WHITE, 42)),
            ("d", mix(colour, INK, 30)),
            ("x", mix(colour, INK, 58)),
        ] {
            out = out.replace(&format!("{{{name}{shade}}}"), &hex(value));
        }
    }
    out
}

/// A drawing as rows of red, green and blue, [`WIDTH`] wide.
pub(super) fn draw(drawing: &str, colours: Colours) -> Result<(u32, u32, Vec<u8>), Error> {
    let text = coloured(drawing, colours);
    let tree = Tree::from_str(&text, &Options::default()).map_err(|err| Error::Drawing(err.to_string()))?;
    let mut pixels =
        Pixmap::new(WIDTH, HEIGHT).ok_or_else(|| Error::Drawing("no room for a picture".to_owned()))?;
    let size = tree.size();
    let scale = Transform::from_scale(WIDTH as f32 / size.width(), HEIGHT as f32 / size.height());
    resvg::render(&tree, scale, &mut pixels.as_mut());
    // Every drawing fills its ground: nothing shines through.
    let mut rgb = pixels.take();
    drop_fourth(&mut rgb);
    Ok((WIDTH, HEIGHT, rgb))
}

/// Leaves out every fourth byte.
fn drop_fourth(bytes: &mut Vec<u8>) {
    let mut to = 0;
    let mut at = 0;
    while at + 3 < bytes.len() {
        bytes.copy_within(at..at + 3, to);
        to += 3;
        at += 4;
    }
    bytes.truncate(to);
}

#[cfg(test)]
mod tests {
    use super::super::goods::GOODS;
    use super::*;

    #[test]
    fn every_drawing_can_be_drawn_in_its_colours_and_fills_its_ground() {
        for goods in GOODS {
            let text = coloured(goods.drawing, Colours { main: 0x5F_8FB4, second: 0xE2_764A, room: 1 });
            assert!(!text.contains('{'), "{}: a colour that nobody gave", goods.name());
            let (width, _, rgb) =
                draw(goods.drawing, Colours { main: 0x5F_8FB4, second: 0xE2_764A, room: 1 }).unwrap();
            let corners = [0, width as usize - 1, rgb.len() / 3 - width as usize, rgb.len() / 3 - 1];
            assert!(corners.iter().all(|at| rgb[at * 3..at * 3 + 3] != [0, 0, 0]), "{}", goods.name());
        }
    }

    #[test]
    fn colours_mix_by_percent() {
        assert_eq!(mix(0x00_0000, WHITE, 0), 0);
        assert_eq!(mix(0x00_0000, WHITE, 100), WHITE);
        assert_eq!(mix(0x20_4060, 0x20_4060, 37), 0x20_4060);
    }
}
