//! The drawings of the mall: one line width, no fills, the colour of the text they stand in.

use maud::PreEscaped;

/// A drawing as it stands in a page.
pub type Icon = PreEscaped<&'static str>;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)+) => {
        $($(#[$doc])* pub const $name: Icon = PreEscaped(concat!(
            "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\" \
             stroke-linecap=\"round\" stroke-linejoin=\"round\">", $path, "</svg>"
        ));)+
    };
}

macro_rules! marks {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)+) => {
        $($(#[$doc])* pub const $name: Icon = PreEscaped(concat!(
            "<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.7\" \
             stroke-linecap=\"round\" stroke-linejoin=\"round\">", $path, "</svg>"
        ));)+
    };
}

icons! {
    /// A magnifying glass.
    LENS = "<circle cx=\"10.5\" cy=\"10.5\" r=\"6.5\"/><path d=\"m15.5 15.5 5 5\"/>";
    /// A cart.
    CART = "<path d=\"M3 4h2.4l2.4 11h10.4l2.3-8H6.2\"/><circle cx=\"9\" cy=\"19.5\" r=\"1.2\"/><circle cx=\"17\" cy=\"19.5\" r=\"1.2\"/>";
    /// A house.
    HOUSE = "<path d=\"M4 11 12 4l8 7v9h-5.5v-5.5h-5V20H4z\"/>";
    /// A list of orders.
    LIST = "<path d=\"M6 3.500h12v17l-3-2-3 2-3-2-3 2z\"/><path d=\"M9 8h6M9 12h6\"/>";
    /// A person.
    PERSON = "<circle cx=\"12\" cy=\"8\" r=\"4\"/><path d=\"M4.500 20.500c.6-4 3.600-6 7.500-6s6.900 2 7.500 6\"/>";
    /// Back.
    BACK = "<path d=\"M15 4 7 12l8 8\"/>";
    /// Forward.
    ON = "<path d=\"m9 4 8 8-8 8\"/>";
    /// A place on a map.
    PLACE = "<path d=\"M12 21s-7-6.200-7-11.500a7 7 0 0 1 14 0C19 14.800 12 21 12 21z\"/><circle cx=\"12\" cy=\"9.500\" r=\"2.500\"/>";
    /// A shop.
    SHOP = "<path d=\"M4 9 5.500 4h13L20 9M4 9v11h16V9M4 9c0 3.400 4 3.400 4 0 0 3.400 4 3.400 4 0 0 3.400 4 3.400 4 0 0 3.400 4 3.400 4 0M10 20v-5h4v5\"/>";
    /// A heart.
    HEART = "<path d=\"M12 20S4 15 4 9.300A4.300 4.300 0 0 1 12 7a4.300 4.300 0 0 1 8 2.300C20 15 12 20 12 20z\"/>";
    /// A heart that is full.
    HEART_ON = "<path fill=\"currentColor\" d=\"M12 20S4 15 4 9.300A4.300 4.300 0 0 1 12 7a4.300 4.300 0 0 1 8 2.300C20 15 12 20 12 20z\"/>";
    /// A coupon.
    COUPON = "<path d=\"M3.500 7h17v3.500a1.700 1.700 0 0 0 0 3.200V17h-17v-3.300a1.700 1.700 0 0 0 0-3.200z\"/><path d=\"M14 7.500v9\" stroke-dasharray=\"1.500 2.500\"/>";
    /// A purse.
    PURSE = "<rect x=\"3.500\" y=\"6\" width=\"17\" height=\"13\" rx=\"2\"/><path d=\"M3.500 10h17M15 14.500h2.500\"/>";
    /// A lorry.
    TRUCK = "<path d=\"M3 6.500h11v10H3zM14 10h4l3 3v3.500h-7z\"/><circle cx=\"7.500\" cy=\"17.500\" r=\"1.800\"/><circle cx=\"17\" cy=\"17.500\" r=\"1.800\"/>";
    /// Onwards to others.
    SHARE = "<path d=\"M12 14V4m0 0L8 8m4-4 4 4M6 12v7.500h12V12\"/>";
    /// A parcel.
    PARCEL = "<path d=\"m12 3 8 4.200v9.600L12 21l-8-4.200V7.200z\"/><path d=\"M4.200 7.300 12 11.500l7.800-4.200M12 11.500V21M8 5.200l8 4.200\"/>";
    /// A clock.
    CLOCK = "<circle cx=\"12\" cy=\"12\" r=\"8.500\"/><path d=\"M12 7v5l3.500 2.200\"/>";
    /// A tick in a ring.
    DONE = "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"m7.500 12.200 3.200 3.200 6-6.600\"/>";
    /// A cross in a ring.
    FAILED = "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"m8.500 8.500 7 7m0-7-7 7\"/>";
    /// A picture that is not there.
    NO_PICTURE = "<rect x=\"4\" y=\"4\" width=\"16\" height=\"16\" rx=\"2\"/><circle cx=\"9\" cy=\"9.500\" r=\"1.500\"/><path d=\"m5 18 5-5 3.500 3.500L16 14l3 3.500\"/>";
    /// All there is.
    ALL = "<rect x=\"4\" y=\"4\" width=\"6.500\" height=\"6.500\" rx=\"1\"/><rect x=\"13.500\" y=\"4\" width=\"6.500\" height=\"6.500\" rx=\"1\"/><rect x=\"4\" y=\"13.500\" width=\"6.500\" height=\"6.500\" rx=\"1\"/><rect x=\"13.500\" y=\"13.500\" width=\"6.500\" height=\"6.500\" rx=\"1\"/>";
    /// Clothes.
    SHIRT = "<path d=\"M9 4 4 7l1.500 4L8 10v10h8V10l2.500 1L20 7l-5-3c-.6 1.800-1.600 2.500-3 2.500S9.600 5.800 9 4z\"/>";
    /// Fruit and food.
    APPLE = "<path d=\"M12 8c-2-1.600-6.500-1-6.500 4.500C5.500 17 8.500 21 10.500 21c.7 0 1-.4 1.500-.4s.8.400 1.500.400c2 0 5-4 5-8.500C18.500 7 14 6.400 12 8zM12 8c0-2 .8-3.800 2.800-4.800\"/>";
    /// Kitchen.
    POT = "<path d=\"M5 10h14v6.500a3.500 3.500 0 0 1-3.500 3.500h-7A3.500 3.500 0 0 1 5 16.500zM3 12h2M19 12h2M4 10h16M9.500 7h5\"/>";
    /// Electronics.
    PHONES = "<path d=\"M4.500 15v-3a7.500 7.500 0 0 1 15 0v3\"/><rect x=\"3.500\" y=\"13.500\" width=\"4\" height=\"6.500\" rx=\"1.500\"/><rect x=\"16.500\" y=\"13.500\" width=\"4\" height=\"6.500\" rx=\"1.500\"/>";
    /// Home.
    LAMP = "<path d=\"M8.500 4h7l3 8h-13zM12 12v7M8.500 20h7\"/>";
    /// Children.
    BEAR = "<circle cx=\"12\" cy=\"13\" r=\"7\"/><circle cx=\"6.200\" cy=\"6.800\" r=\"2.300\"/><circle cx=\"17.800\" cy=\"6.800\" r=\"2.300\"/><path d=\"M9.500 12h.01M14.500 12h.01M10.500 16c.9.800 2.100.800 3 0\"/>";
    /// Outdoors.
    HILLS = "<path d=\"m2.500 19 7-12 4 7 2.500-4 5.500 9z\"/>";
    /// Beauty.
    DROP = "<path d=\"M12 3.500s6 6.800 6 11a6 6 0 0 1-12 0c0-4.200 6-11 6-11zM9.500 15a2.500 2.500 0 0 0 2.500 2.500\"/>";
    /// Books and paper.
    BOOK = "<path d=\"M5 5.500A2.500 2.500 0 0 1 7.500 3H19v15H7.500A2.500 2.500 0 0 0 5 20.500zM19 18v3H7.500A2.500 2.500 0 0 1 5 20.500\"/>";
    /// Animals.
    PAW = "<path d=\"M12 12c-3 0-5 2.800-5 5.200 0 1.600 1.200 2.600 2.600 2.600 1 0 1.600-.5 2.400-.5s1.400.5 2.400.5c1.400 0 2.600-1 2.600-2.600C17 14.800 15 12 12 12z\"/><circle cx=\"6\" cy=\"10.500\" r=\"1.500\"/><circle cx=\"18\" cy=\"10.500\" r=\"1.500\"/><circle cx=\"9.500\" cy=\"6.500\" r=\"1.600\"/><circle cx=\"14.500\" cy=\"6.500\" r=\"1.600\"/>";
    /// By day.
    SUN = "<circle cx=\"12\" cy=\"12\" r=\"4\"/><path d=\"M12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400\"/>";
    /// As the system.
    HALF = "<circle cx=\"12\" cy=\"12\" r=\"8.500\"/><path d=\"M12 3.500a8.500 8.500 0 0 1 0 17z\" fill=\"currentColor\"/>";
    /// By night.
    MOON = "<path d=\"M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z\"/>";
    /// A gear: settings.
    RULES = "<path d=\"M6 3.500h9l3.500 3.500v13.500H6zM14.500 3.500V7.500h4M9 12h6M9 16h6\"/>";
}

marks! {
    /// It runs.
    RUNS = "<circle cx=\"6\" cy=\"6\" r=\"4.6\"/><path d=\"M6 3.400V6l1.800 1.200\"/>";
    /// It was kept, it applies.
    TICK = "<path d=\"M2 6.400 4.900 9.200 10 3.200\"/>";
    /// It was broken, it counts against.
    CROSS = "<path d=\"m2.500 2.500 7 7m0-7-7 7\"/>";
    /// Mind this.
    MIND = "<path d=\"M6 1.600 11 10.400H1z\"/><path d=\"M6 4.800v2.400M6 8.700v.1\"/>";
    /// Held back.
    HELD = "<path d=\"M4 2.500v7M8 2.500v7\"/>";
    /// Neither.
    DASH = "<path d=\"M2 6h8\"/>";
    /// A star.
    STAR = "<path fill=\"currentColor\" stroke=\"none\" d=\"m6 .8 1.600 3.400 3.700.500-2.700 2.600.700 3.700L6 9.200 2.700 11l.7-3.700L.7 4.700l3.700-.5z\"/>";
    /// More.
    PLUS = "<path d=\"M6 1.500v9M1.500 6h9\"/>";
    /// Less.
    MINUS = "<path d=\"M1.500 6h9\"/>";
}

/// The mark: 三, whose third stroke turns into a tick.
pub const LOGO: Icon = PreEscaped(
    "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M5 5h14M7 12h10\" stroke=\"currentColor\" stroke-width=\"3\" stroke-linecap=\"round\"/><path d=\"M3 17.5 7.5 21 21 17\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"3\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>",
);

/// What stands before a category, by the words of its code.
pub fn of_category(code: &str) -> Icon {
    const WORDS: [(&[&str], Icon); 10] = [
        (&["cloth", "apparel", "fashion", "wear", "shoe", "bag"], SHIRT),
        (&["fruit", "fresh", "vegetable"], APPLE),
        (&["kitchen", "cook", "table", "cup", "food", "snack", "drink", "tea", "grocer"], POT),
        (&["digital", "electro", "audio", "computer", "phone", "appliance"], PHONES),
        (&["baby", "toy", "kid", "child"], BEAR),
        (&["sport", "outdoor", "travel", "camp", "garden"], HILLS),
        (&["beauty", "care", "health", "perfum", "skin"], DROP),
        (&["book", "paper", "station", "office", "music", "art"], BOOK),
        (&["pet"], PAW),
        (&["home", "house", "furni", "light", "bed", "living"], LAMP),
    ];
    let found = WORDS.iter().find(|(words, _)| words.iter().any(|word| code.contains(word)));
    match found {
        Some((_, icon)) => PreEscaped(icon.0),
        None => PreEscaped(ALL.0),
    }
}
