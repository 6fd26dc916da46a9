//! Carriers and their numbers. No clock, no database.

use kernel::Currency;

/// What a number consists of after its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Digits.
    Digits,
    /// Capitals and digits.
    Alnum,
    /// Those and hyphens: the number of one parcel of several.
    Parcel,
}

impl Of {
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "digits" => Some(Self::Digits),
            "alnum" => Some(Self::Alnum),
            "parcel" => Some(Self::Parcel),
            _ => None,
        }
    }
    const fn has(self, b: u8) -> bool {
        match self {
            Self::Digits => b.is_ascii_digit(),
            Self::Alnum => b.is_ascii_digit() || b.is_ascii_uppercase(),
            Self::Parcel => b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'-',
        }
    }
}

/// How a carrier's numbers may look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A beginning, and so many characters of a sort.
    Row {
        /// The beginning.
        starts: Box<str>,
        /// Which characters.
        of: Of,
        /// At least so many.
        least: usize,
        /// At most so many.
        most: usize,
    },
    /// The number of a letter or parcel of the post (UPU S10), of one country or of any.
    Upu {
        /// The country, or nothing.
        country: Box<str>,
    },
}

impl Shape {
    fn fits(&self, number: &str) -> bool {
        match self {
            Self::Row { starts, of, least, most } => number.strip_prefix(&**starts).is_some_and(|rest| {
                (*least..=*most).contains(&rest.len()) && rest.bytes().all(|b| of.has(b))
            }),
            Self::Upu { country } => is_upu(number.as_bytes(), country.as_bytes()),
        }
    }
}

/// Two letters, eight digits, one that checks them, and the country.
fn is_upu(number: &[u8], country: &[u8]) -> bool {
    const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];
    let [a, b, digits @ .., c, d] = number else { return false };
    let letters = [a, b, c, d].iter().all(|b| b.is_ascii_uppercase());
    if !letters || digits.len() != 9 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        other => other,
    };
    digits.last().is_some_and(|last| u32::from(last - b'0') == check)
        && (country.is_empty() || country == [*c, *d])
}

/// One carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// Its word in the store, in facts and in the API.
    pub code: Box<str>,
    /// What it is called in Chinese.
    pub zh: Box<str>,
    /// And in English.
    pub en: Box<str>,
    /// Whether shops of every market can choose it.
    pub(super) everywhere: bool,
    /// In which markets shops can choose it.
    pub(super) currencies: Vec<Currency>,
    /// Its numbers.
    pub(super) shapes: Vec<Shape>,
    /// One that fits.
    pub example: Box<str>,
    /// Where everybody can look a parcel up.
    pub(super) page: Option<Box<str>>,
    /// Whether its own word of a pick-up comes in, so that the shop's is none.
    pub reports: bool,
}

impl Carrier {
    /// Whether a number is one of its numbers.
    pub(super) fn fits(&self, number: &str) -> bool {
        self.shapes.iter().any(|shape| shape.fits(number))
    }

    /// Where everybody can look a parcel up.
    pub fn page_of(&self, number: &str) -> Option<String> {
        self.page.as_ref().map(|page| page.replace("{number}", number))
    }
}

/// The carriers of a market, in the order in which they are offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carriers {
    all: Vec<Carrier>,
}

/// Why a parcel is not taken as going by a carrier under a number.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "carrier")]
pub enum Error {
    /// No carrier of the market's list.
    #[problem(Invalid)]
    Unknown {
        /// What was given.
        carrier: Box<str>,
        /// Which there are.
        known: Box<str>,
    },
    /// Not one of the carrier's numbers.
    #[problem(Invalid)]
    BadNumber {
        /// The number, as it was understood.
        number: Box<str>,
        /// What the carrier is called in Chinese.
        zh: Box<str>,
        /// And in English.
        en: Box<str>,
        /// One that fits.
        example: Box<str>,
    },
}

/// A number as it is kept: in capitals, without spaces and what cannot be seen, wide characters as narrow ones.
pub fn tidied(number: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    let seen = |c: &char| {
        !c.is_whitespace()
            && !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
    };
    number.chars().filter(seen).map(narrow).map(|c| c.to_ascii_uppercase()).collect()
}

impl Carriers {
    pub(super) fn of(all: Vec<Carrier>) -> Self {
        Self { all }
    }

    /// All of them, in the order of the file.
    pub fn all(&self) -> &[Carrier] {
        &self.all
    }

    /// Those that a shop can choose in a market of a currency.
    pub fn offered(&self, currency: Currency) -> impl Iterator<Item = &Carrier> {
        self.all.iter().filter(move |one| one.everywhere || one.currencies.contains(&currency))
    }

    /// One by its code, whether it can be chosen or not.
    pub fn find(&self, code: &str) -> Option<&Carrier> {
        self.all.iter().find(|carrier| *carrier.code == *code)
    }

    /// What a carrier is called in both languages; one that the list does not have, as it is.
    pub fn names<'a>(&'a self, code: &'a str) -> (&'a str, &'a str) {
        self.find(code).map_or((code, code), |carrier| (&*carrier.zh, &*carrier.en))
    }

    /// A carrier that a shop can choose, and the number as it is kept.
    pub fn checked(&self, currency: Currency, code: &str, number: &str) -> Result<(&Carrier, String), Error> {
        let code = code.trim();
        let Some(carrier) = self.offered(currency).find(|carrier| *carrier.code == *code) else {
            let known: Vec<&str> = self.offered(currency).map(|carrier| &*carrier.code).collect();
            let carrier = code.chars().take(32).collect::<String>().into();
            return Err(Error::Unknown { carrier, known: known.join(", ").into() });
        };
        let number = tidied(number);
        if carrier.fits(&number) {
            return Ok((carrier, number));
        }
        Err(Error::BadNumber {
            number: number.chars().take(64).collect::<String>().into(),
            zh: carrier.zh.clone(),
            en: carrier.en.clone(),
            example: carrier.example.clone(),
        })
    }
}
