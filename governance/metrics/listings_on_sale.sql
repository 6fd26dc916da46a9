-- name: listings_on_sale
-- title.zh: 在售商品数
-- title.en: Listings on sale
-- meaning.zh: 截至当时已上架且未下架的商品数（上架不超过 3660 天）。
-- meaning.en: Listings that are on sale at the moment, put on sale within the last 3660 days.
-- unit: listings
-- kind: count
-- better: more
-- scale: 1
-- ref: product
-- numerator.zh: 在售商品
-- numerator.en: listings on sale
-- denominator.zh: 在售商品
-- denominator.en: listings on sale
-- window_days: 3660
-- source: Sanhao metric definitions 2026-11, listings_on_sale. Counterpart of 商家体验分 1.4, 在售商品 [S1].

-- A state, not an event: each listing counts from when it went on sale until it is taken off.
select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from product_listed
union all
select shop, listed_at, greatest(at, listed_at), -1, -1, subject
from product_delisted
