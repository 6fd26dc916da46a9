//! The pictures that a storefront needs: each drawn once, in all its sizes, on two threads.

use super::Error;
use super::art;
use super::goods::GOODS;
use super::listing::Listing;
use ::store::blob::Blobs;
use kernel::Progress;
use offer::media::{self, Bounds, MediaView};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A picture of goods in one of their tints.
pub(super) type Face = (usize, usize);

/// Pictures by what they show.
#[derive(Debug, Clone, Default)]
pub(super) struct Pictures(BTreeMap<Face, MediaView>);

impl Pictures {
    pub(super) fn of(&self, face: Face) -> Option<&MediaView> {
        self.0.get(&face)
    }
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
    /// Any of some goods.
    pub(super) fn any(&self, name: &str) -> Option<&MediaView> {
        self.0.iter().find(|((goods, _), _)| GOODS[*goods].name() == name).map(|(_, media)| media)
    }
}

/// Draws what the listings show and stores it.
pub(super) fn draw(
    blobs: &Blobs,
    listings: &[Vec<Listing>],
    progress: &dyn Progress,
) -> Result<Pictures, Error> {
    let faces: BTreeSet<Face> = listings
        .iter()
        .flatten()
        .flat_map(|listing| listing.tints.iter().map(|tint| (listing.goods, *tint)))
        .collect();
    let faces: Vec<Face> = faces.into_iter().collect();
    let bounds = Bounds { widths: vec![160, media::CARD, art::WIDTH], quality: 84, ..Bounds::default() };
    let (next, drawn) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || -> Result<(), Error> {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(&(goods, tint)) = faces.get(at) else { return Ok(()) };
            progress.at("pictures", at as u64, faces.len() as u64);
            let kind = &GOODS[goods];
            let (width, height, rgb) = art::draw(kind.drawing, kind.colours(tint))?;
            let picture = media::of_pixels(width, height, rgb, &bounds)?;
            for (_, bytes) in picture.files {
                blobs.put_blocking(bytes.into())?;
            }
            let mut drawn = drawn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            drawn.insert((goods, tint), picture.media);
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        work().and(other.join().unwrap_or_else(|_| Err(Error::Drawing("drawing failed".to_owned()))))
    })?;
    Ok(Pictures(drawn.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)))
}
