-- name: cancel_rate
-- title.zh: 取消率
-- title.en: Cancel rate
-- meaning.zh: 窗口内下单的店铺订单中，截至当时已取消的比例；平台扣住审核过的不计。
-- meaning.en: Of the shop orders placed in the window and not held for review by the platform, those cancelled so far.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- numerator.zh: 已取消订单
-- numerator.en: shop orders cancelled so far
-- denominator.zh: 下单
-- denominator.en: shop orders placed
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, cancel_rate.

select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from order_placed
where excluded is distinct from 'held'
union all
-- A cancellation belongs to the day its order was placed on, and is known from the moment it happened.
select shop, placed_at, greatest(at, placed_at), 1, 0, subject
from order_cancelled
where excluded is distinct from 'held'
