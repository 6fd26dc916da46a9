//! Whether a JPEG holds every block that its header promises. Decoders fill up what is missing, in grey or in stripes.
//!
//! The coded data of every scan is walked over symbol by symbol (ITU-T T.81, annexes B, F and G), without making a picture of
//! it. Scans that refine earlier ones of a progressive picture are passed over: what they lack is detail, never a row.

/// Codes of at most so many bits.
const LONGEST: u32 = 16;

/// Whether the file goes to its end marker and every scan to its last block.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    Walk { bytes, at: 2, ..Walk::default() }.reach_end().is_some()
}

/// The symbol and the length of the code that 16 bits begin with; length 0 where no code is.
type Codes = Vec<(u8, u8)>;

/// A component of the picture: which, and how many blocks of it stand side by side and one over another in a unit.
#[derive(Clone, Copy)]
struct Component {
    id: u8,
    across: usize,
    down: usize,
}

#[derive(Default)]
struct Frame {
    progressive: bool,
    width: usize,
    height: usize,
    components: Vec<Component>,
}

#[derive(Default)]
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    frame: Frame,
    /// For the first coefficient of a block, and for the rest.
    codes: [[Option<Codes>; 4]; 2],
    /// Units between two restarts, if there are any.
    restart: usize,
}

/// A component in a scan: its blocks in a unit, and its codes.
struct Part {
    blocks: usize,
    first: usize,
    rest: usize,
}

/// Which coefficients a scan holds.
#[derive(Clone, Copy)]
enum Band {
    /// All of them.
    All,
    /// The first one.
    First,
    /// From one to another, after the first.
    Rest(usize, usize),
}

impl Walk<'_> {
    /// Nothing if something is missing before the end marker.
    fn reach_end(&mut self) -> Option<()> {
        loop {
            match self.marker()? {
                0xd9 => return Some(()),
                // Markers without a segment.
                0x01 | 0xd0..=0xd8 => {}
                marker => {
                    let size = usize::from(u16::from_be_bytes(*self.bytes.get(self.at..)?.first_chunk()?));
                    let segment = self.bytes.get(self.at + 2..self.at + size)?;
                    self.at += size;
                    match marker {
                        0xc0..=0xc2 => self.frame = frame(marker == 0xc2, segment)?,
                        // Codings that no decoder here knows: it says so.
                        0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return Some(()),
                        0xc4 => self.take_codes(segment)?,
                        0xdd => self.restart = usize::from(u16::from_be_bytes(*segment.first_chunk()?)),
                        0xda => self.scan(segment)?,
                        _ => {}
                    }
                }
            }
        }
    }

    /// The next marker; the place is behind it.
    fn marker(&mut self) -> Option<u8> {
        loop {
            self.at += self.bytes.get(self.at..)?.iter().position(|b| *b == 0xff)?;
            while self.bytes.get(self.at) == Some(&0xff) {
                self.at += 1;
            }
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            if byte != 0 {
                return Some(byte);
            }
        }
    }

    fn take_codes(&mut self, mut segment: &[u8]) -> Option<()> {
        while let Some((head, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_at_checked(LONGEST as usize)?;
            let all = counts.iter().map(|n| usize::from(*n)).sum();
            let (symbols, rest) = rest.split_at_checked(all)?;
            segment = rest;
            let table = self.codes.get_mut(usize::from(head >> 4))?.get_mut(usize::from(head & 15))?;
            *table = Some(codes(counts, symbols));
        }
        Some(())
    }

    fn scan(&mut self, head: &[u8]) -> Option<()> {
        let (count, rest) = head.split_first()?;
        let (chosen, rest) = rest.split_at_checked(usize::from(*count) * 2)?;
        let [from, to, approximation] = *rest.first_chunk()?;
        let band = match (self.frame.progressive, from) {
            (false, _) => Band::All,
            (true, _) if approximation >> 4 > 0 => return Some(()),
            (true, 0) => Band::First,
            (true, from) => Band::Rest(usize::from(from), usize::from(to)),
        };
        let most = |side: fn(&Component) -> usize| self.frame.components.iter().map(side).max();
        let (across, down) = (most(|c| c.across)?, most(|c| c.down)?);
        let mut parts = Vec::new();
        let mut units = self.frame.width.div_ceil(8 * across) * self.frame.height.div_ceil(8 * down);
        for pair in chosen.chunks_exact(2) {
            let component = self.frame.components.iter().find(|c| c.id == pair[0])?;
            let mut blocks = component.across * component.down;
            if chosen.len() == 2 {
                // A component by itself is coded block by block, without those that only fill up a unit.
                let wide = (self.frame.width * component.across).div_ceil(across).div_ceil(8);
                units = wide * (self.frame.height * component.down).div_ceil(down).div_ceil(8);
                blocks = 1;
            }
            parts.push(Part { blocks, first: usize::from(pair[1] >> 4), rest: usize::from(pair[1] & 15) });
        }
        let mut bits = Bits { bytes: self.bytes, at: self.at, held: 0, count: 0 };
        let mut ended = 0;
        for unit in 0..units {
            if self.restart > 0 && unit > 0 && unit % self.restart == 0 {
                bits.restart()?;
                ended = 0;
            }
            for part in &parts {
                for _ in 0..part.blocks {
                    self.block(&mut bits, band, part, &mut ended)?;
                }
            }
        }
        self.at = bits.at;
        Some(())
    }

    /// Walks over a block. `ended` is how many blocks have nothing more in a band.
    fn block(&self, bits: &mut Bits<'_>, band: Band, part: &Part, ended: &mut usize) -> Option<()> {
        let codes = |of: usize, which: usize| self.codes[of].get(which)?.as_ref();
        let (mut at, last) = match band {
            Band::All | Band::First => {
                let size = bits.symbol(codes(0, part.first)?)?;
                bits.take(u32::from(size))?;
                if matches!(band, Band::First) {
                    return Some(());
                }
                (1, 63)
            }
            Band::Rest(..) if *ended > 0 => {
                *ended -= 1;
                return Some(());
            }
            Band::Rest(from, to) => (from, to),
        };
        let rest = codes(1, part.rest)?;
        while at <= last {
            let symbol = bits.symbol(rest)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            match (run, size) {
                (15, 0) => at += 16,
                (run, 0) => {
                    if matches!(band, Band::Rest(..)) {
                        *ended = (1 << run) - 1 + bits.take(run as u32)? as usize;
                    }
                    break;
                }
                (run, size) => {
                    at += run + 1;
                    bits.take(size)?;
                }
            }
        }
        Some(())
    }
}

fn frame(progressive: bool, segment: &[u8]) -> Option<Frame> {
    let [_, h1, h0, w1, w0, _] = *segment.first_chunk()?;
    let size = |high, low| usize::from(u16::from_be_bytes([high, low]));
    let (width, height) = (size(w1, w0), size(h1, h0));
    let component = |part: &[u8]| {
        let (across, down) = (usize::from(part[1] >> 4), usize::from(part[1] & 15));
        (across > 0 && down > 0).then_some(Component { id: part[0], across, down })
    };
    let components = segment[6..].chunks_exact(3).map(component).collect::<Option<_>>()?;
    Some(Frame { progressive, width, height, components })
}

/// Codes of each length count up; the first of the next length is the one after the last, made longer by a bit.
fn codes(counts: &[u8], symbols: &[u8]) -> Codes {
    let mut codes = vec![(0, 0); 1 << LONGEST];
    let (mut code, mut symbols) = (0usize, symbols.iter());
    for (length, count) in (1..).zip(counts) {
        for symbol in symbols.by_ref().take(usize::from(*count)) {
            let free = LONGEST - length;
            let from = (code << free).min(codes.len());
            let to = ((code + 1) << free).min(codes.len());
            codes[from..to].fill((*symbol, length as u8));
            code += 1;
        }
        code <<= 1;
    }
    codes
}

/// The bits of coded data.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The next bits, the lowest `count` of it.
    held: u64,
    count: u32,
}

impl Bits<'_> {
    /// Takes up what there is before the next marker.
    fn fill(&mut self) {
        while self.count <= 48 {
            let (byte, long) = match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(0xff), Some(0)) => (0xff, 2),
                (Some(0xff) | None, _) => return,
                (Some(byte), _) => (*byte, 1),
            };
            self.held = (self.held << 8) | u64::from(byte);
            self.count += 8;
            self.at += long;
        }
    }

    fn take(&mut self, bits: u32) -> Option<u64> {
        if self.count < bits {
            self.fill();
        }
        self.count = self.count.checked_sub(bits)?;
        Some((self.held >> self.count) & ((1 << bits) - 1))
    }

    fn symbol(&mut self, codes: &Codes) -> Option<u8> {
        if self.count < LONGEST {
            self.fill();
        }
        let window = match self.count.checked_sub(LONGEST) {
            Some(spare) => self.held >> spare,
            None => self.held << (LONGEST - self.count),
        };
        let (symbol, length) = codes[(window & 0xffff) as usize];
        self.count = self.count.checked_sub(u32::from(length)).filter(|_| length > 0)?;
        Some(symbol)
    }

    /// Over the restart marker, which comes at the next whole byte.
    fn restart(&mut self) -> Option<()> {
        (self.held, self.count) = (0, 0);
        while self.bytes.get(self.at + 1) == Some(&0xff) {
            self.at += 1;
        }
        let marker = self.bytes.get(self.at..self.at + 2)?;
        self.at += 2;
        matches!(marker, [0xff, 0xd0..=0xd7]).then_some(())
    }
}
