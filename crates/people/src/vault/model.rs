//! What is personal, how it is written, and how much of it others see.

use super::error::Error;
use kernel::id::{Access as AccessKind, Member};
use kernel::{Country, Id, Moment, RawId, text};
use std::fmt;

/// A kind of personal value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// What a person is called.
    Name,
    /// Where somebody receives parcels: a [`Postal`].
    Address,
    /// A code that somebody bought: whoever has it can use it.
    Code,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 5] = [Self::Phone, Self::Email, Self::Name, Self::Address, Self::Code];

    /// Its word in the store and in facts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Name => "name",
            Self::Address => "address",
            Self::Code => "code",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }

    /// As much of a value as may be shown to those who need not know it.
    pub fn masked(self, value: &str) -> String {
        match self {
            Self::Phone => mask_phone(value),
            Self::Email => mask_email(value),
            Self::Name => mask_name(value),
            Self::Code => mask_code(value),
            Self::Address => Postal::read(value)
                .map_or_else(|| "*".to_owned(), |postal| format!("{} {}", postal.province, postal.city)),
        }
    }
}

/// What is known again by its trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// The phone that it goes to.
    Phone,
    /// The place that it goes to.
    Place,
    /// The device that it comes from.
    Device,
    /// A code that is sold.
    Code,
}

impl Trace {
    /// Its word, which keeps the traces of one purpose from those of another.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Place => "place",
            Self::Device => "device",
            Self::Code => "code",
        }
    }
}

/// `138****1234`: the first three and the last four digits of a long number, at most the last two of a short one.
pub fn mask_phone(phone: &str) -> String {
    // An extension is no part of the number.
    let number = phone.split(';').next().unwrap_or(phone);
    let digits: Vec<char> =
        number.strip_prefix("+86").unwrap_or(number).chars().filter(char::is_ascii_digit).collect();
    let tail = |n: usize| digits[digits.len().saturating_sub(n)..].iter().collect::<String>();
    match digits.len() {
        0..=4 => "****".to_owned(),
        5..=8 => format!("****{}", tail(2)),
        _ => format!("{}****{}", digits[..3].iter().collect::<String>(), tail(4)),
    }
}

/// `****7Q2X`: the last four characters of a long code, nothing of a short one.
pub fn mask_code(code: &str) -> String {
    let all: Vec<char> = code.chars().collect();
    match all.len() {
        0..12 => "****".to_owned(),
        long => format!("****{}", all[long - 4..].iter().collect::<String>()),
    }
}

/// `张*`: the first letter, whatever follows.
pub fn mask_name(name: &str) -> String {
    name.trim().chars().next().map_or_else(|| "*".to_owned(), |first| format!("{first}*"))
}

/// `z***@example.com`: the first letter and the domain.
pub fn mask_email(email: &str) -> String {
    match email.split_once('@') {
        Some((name, domain)) => format!("{}***@{domain}", name.chars().take(1).collect::<String>()),
        None => "***".to_owned(),
    }
}

/// What somebody can be reached and found by, in the one way it is written here. Prints masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    field: Field,
    text: String,
}

impl Contact {
    /// Reads a phone number or an e-mail address. A number without `+` and country is one of `home`, the market's country,
    /// with the code of its area if it is a landline. Wide forms are taken as narrow ones, letters of an e-mail address as
    /// small ones.
    pub fn read(text: &str, home: Option<Country>) -> Result<Self, Error> {
        let text = text::key(text);
        if text.contains('@') { Self::email(&text) } else { Self::phone(&text, home) }
    }

    /// Reads what is kept.
    pub(crate) fn read_back(kept: &str) -> Result<Self, Error> {
        Self::read(kept, None)
    }

    fn phone(text: &str, home: Option<Country>) -> Result<Self, Error> {
        let text = super::phone::kept(text, home).ok_or(Error::Contact)?;
        Ok(Self { field: Field::Phone, text })
    }

    fn email(text: &str) -> Result<Self, Error> {
        let (name, domain) = text.split_once('@').ok_or(Error::Contact)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '@';
        // The domain as the network has it, then as people read it: two spellings of one domain are one.
        let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| Error::Contact)?;
        let (domain, read) = idna::domain_to_unicode(&ascii);
        let dotted = domain.contains('.') && read.is_ok();
        let long = name.len() + ascii.len() > 253;
        if name.is_empty() || long || !dotted || name.contains(odd) {
            return Err(Error::Contact);
        }
        Ok(Self { field: Field::Email, text: format!("{name}@{domain}") })
    }

    /// Phone or e-mail.
    pub const fn field(&self) -> Field {
        self.field
    }
    /// As it is kept.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.field.masked(&self.text))
    }
}

/// Where somebody receives parcels. Prints without what is personal.
#[derive(Clone, PartialEq, Eq)]
pub struct Postal {
    /// Who receives.
    pub recipient: String,
    /// The number the courier calls.
    pub phone: String,
    /// Province, state or the like.
    pub province: String,
    /// City.
    pub city: String,
    /// District or county; may be empty.
    pub district: String,
    /// Street, house, room.
    pub street: String,
    /// Postal code; may be empty.
    pub postcode: String,
}

/// The most characters of a part of an address, and of its street.
const PART: usize = 60;
const STREET: usize = 200;

impl Postal {
    /// The same address with spaces trimmed and the phone as it is kept, or what is wrong with it. `home` is as
    /// [`Contact::read`] has it.
    pub fn checked(&self, home: Option<Country>) -> Result<Self, Error> {
        let part = |part: &'static str, text: &str, least: usize, most: usize| {
            text::line(text, least, most).ok_or(Error::Postal { part, most })
        };
        let phone = Contact::phone(&self.phone, home)?;
        Ok(Self {
            recipient: part("recipient", &self.recipient, 1, PART)?,
            phone: phone.text,
            province: part("province", &self.province, 1, PART)?,
            city: part("city", &self.city, 1, PART)?,
            district: part("district", &self.district, 0, PART)?,
            street: part("street", &self.street, 1, STREET)?,
            postcode: part("postcode", &self.postcode, 0, PART)?,
        })
    }

    /// As much of it as a shop sees.
    pub fn shown(&self) -> ShownPostal {
        ShownPostal {
            recipient: mask_name(&self.recipient),
            phone: mask_phone(&self.phone),
            province: self.province.clone(),
            city: self.city.clone(),
        }
    }

    /// Where it is, whoever receives there, in the one way in which every spelling of it is compared: without spaces and
    /// punctuation, with small letters and narrow digits.
    pub fn place(&self) -> String {
        let parts = [&self.province, &self.city, &self.district, &self.street];
        let place: String = parts.into_iter().map(|part| text::key(part)).collect();
        place.chars().filter(|c| c.is_alphanumeric()).collect()
    }

    /// As it is sealed.
    pub(crate) fn written(&self) -> String {
        let parts = [
            &self.recipient,
            &self.phone,
            &self.province,
            &self.city,
            &self.district,
            &self.street,
            &self.postcode,
        ];
        // Control characters are refused on the way in, so that this one can part them.
        parts.map(String::as_str).join("\u{1f}")
    }

    /// Reads what [`written`](Self::written) wrote.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('\u{1f}').map(str::to_owned);
        let mut next = || parts.next();
        let postal = Self {
            recipient: next()?,
            phone: next()?,
            province: next()?,
            city: next()?,
            district: next()?,
            street: next()?,
            postcode: next()?,
        };
        next().is_none().then_some(postal)
    }
}

impl fmt::Debug for Postal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shown(), f)
    }
}

/// An address for those who need not know it: province and city, and whom to tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownPostal {
    /// `张*`.
    pub recipient: String,
    /// `138****1234`.
    pub phone: String,
    /// Province.
    pub province: String,
    /// City.
    pub city: String,
}

/// Why somebody looks at personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// To deliver a parcel.
    Delivery,
    /// To answer the person.
    Service,
    /// To decide a dispute.
    Dispute,
    /// To stop fraud.
    Risk,
    /// Because the law asks for it.
    Law,
}

impl Why {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Delivery, Self::Service, Self::Dispute, Self::Risk, Self::Law];

    /// Its word in the store and in facts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
            Self::Service => "service",
            Self::Dispute => "dispute",
            Self::Risk => "risk",
            Self::Law => "law",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == word)
    }
}

/// A wish to see a value in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reveal {
    /// Who looks.
    pub by: Id<Member>,
    /// Whose value: a member, an address, or the order that keeps a copy of one.
    pub subject: RawId,
    /// Which value.
    pub field: Field,
    /// Why.
    pub why: Why,
    /// In which matter: the order, the dispute.
    pub about: Option<RawId>,
}

/// A record that somebody looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Its id.
    pub id: Id<AccessKind>,
    /// Who looked at what, and why.
    pub look: Reveal,
    /// When.
    pub at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_leave_what_they_promise() {
        for (field, value, shown) in [
            (Field::Phone, "+8613812341234", "138****1234"),
            (Field::Phone, "+5511987654321", "551****4321"),
            (Field::Phone, "+1234567", "****67"),
            (Field::Phone, "12", "****"),
            (Field::Name, "张三丰", "张*"),
            (Field::Name, "张", "张*"),
            (Field::Name, " ", "*"),
            (Field::Email, "zhang@example.com", "z***@example.com"),
            (Field::Email, "broken", "***"),
            (Field::Address, "broken", "*"),
            (Field::Code, "ABCD-EFGH-7Q2X", "****7Q2X"),
            (Field::Code, "ABCD-7Q2X", "****"),
        ] {
            assert_eq!(field.masked(value), shown, "{value}");
        }
    }

    #[test]
    fn one_place_is_one_however_it_is_spelled() {
        let at = |street: &str, recipient: &str| Postal {
            recipient: recipient.to_owned(),
            phone: "+8613812341234".to_owned(),
            province: "浙江省".to_owned(),
            city: "杭州市".to_owned(),
            district: String::new(),
            street: street.to_owned(),
            postcode: String::new(),
        };
        let place = at("文三路 1 号 A-2", "张三").place();
        assert_eq!(place, "浙江省杭州市文三路1号a2");
        for street in ["文三路1号，ａ２", "文三路１号(A2)"] {
            assert_eq!(at(street, "李四").place(), place, "{street}");
        }
        assert_ne!(at("文三路 2 号 A-2", "张三").place(), place);
    }

    #[test]
    fn contacts_have_one_way_to_be_written() {
        for (text, kept) in [
            ("138 1234-1234", Some("+8613812341234")),
            ("+86 13812341234", Some("+8613812341234")),
            ("+55 (11) 98765-4321", Some("+5511987654321")),
            (" Zhang@Example.COM ", Some("zhang@example.com")),
            ("12812341234", None),
            ("1381234123", None),
            ("+0123456789", None),
            ("+", None),
            ("", None),
            ("@example.com", None),
            ("a@b", None),
            ("a@b..c", None),
            ("a b@c.de", None),
            ("a@b@c.de", None),
            ("１３８１２３４１２３４", Some("+8613812341234")),
            ("1381234\u{200b}1234", Some("+8613812341234")),
            ("0086 138 1234 1234", Some("+8613812341234")),
            ("8613812341234", Some("+8613812341234")),
            ("010-12345678", Some("+861012345678")),
            ("(010) 8888 6666", Some("+861088886666")),
            ("0571-88886666", Some("+8657188886666")),
            ("+86 10 12345678", Some("+861012345678")),
            ("010-12345678 转 803", Some("+861012345678;ext=803")),
            ("010-12345678-803", Some("+861012345678;ext=803")),
            ("010-12345678 ext. 803", Some("+861012345678;ext=803")),
            ("010-12345678，分机 803", Some("+861012345678;ext=803")),
            ("+1 212-555-2368", Some("+12125552368")),
            ("+44 20 7946 0958", Some("+442079460958")),
            ("12345678", None),
            ("abc", None),
            ("13812341234 call", None),
            ("Zhang＠例子。中国", Some("zhang@例子.中国")),
            ("zhang@XN--FSQU00A.XN--FIQS8S", Some("zhang@例子.中国")),
            ("zhang@bücher.example", Some("zhang@bücher.example")),
            ("zhang@bu\u{308}cher.example", Some("zhang@bücher.example")),
            ("zhang@-a.example", None),
        ] {
            let read = Contact::read(text, Some(Country::CN));
            assert_eq!(read.as_ref().ok().map(Contact::text), kept, "{text}");
        }
    }

    fn postal() -> Postal {
        let [recipient, phone, province, city, district, street, postcode] =
            ["张三", "13812341234", "浙江省", "杭州市", "西湖区", "文三路 1 号", ""].map(str::to_owned);
        Postal { recipient, phone, province, city, district, street, postcode }
    }

    #[test]
    fn an_address_reads_back_and_shows_province_and_city_only() {
        let postal = postal().checked(Some(Country::CN)).unwrap();
        assert_eq!(Postal::read(&postal.written()), Some(postal.clone()));
        assert_eq!(Field::Address.masked(&postal.written()), "浙江省 杭州市");
        let printed = format!("{postal:?}");
        for hidden in ["张三", "13812341234", "西湖", "文三路"] {
            assert!(!printed.contains(hidden), "{printed}");
        }
    }

    #[test]
    fn an_address_with_a_hole_is_refused() {
        type Spoil = fn(&mut Postal);
        let cases: [(Spoil, &str); 4] = [
            (|p| p.recipient.clear(), "recipient"),
            (|p| p.city = " ".into(), "city"),
            (|p| p.street = "x".repeat(201), "street"),
            (|p| p.province = "a\u{1f}b".into(), "province"),
        ];
        for (spoil, wrong) in cases {
            let mut postal = postal();
            spoil(&mut postal);
            assert!(
                matches!(postal.checked(Some(Country::CN)), Err(Error::Postal { part, .. }) if part == wrong),
                "{wrong}"
            );
        }
        assert_eq!(Postal { phone: "12".into(), ..postal() }.checked(Some(Country::CN)), Err(Error::Contact));
    }

    #[test]
    fn words_read_back() {
        assert!(Field::ALL.into_iter().all(|field| Field::parse(field.as_str()) == Some(field)));
        assert!(Why::ALL.into_iter().all(|why| Why::parse(why.as_str()) == Some(why)));
    }
}
