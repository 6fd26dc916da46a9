-- name: late_ship_rate
-- title.zh: 晚发率
-- title.en: Late-ship rate
-- meaning.zh: 窗口内应揽收的店铺订单中，承诺时刻前未被揽收的比例；承诺时刻前（含）取消的不计，平台扣住审核过的不计。没有承运商回传的，揽收按店铺说的算。
-- meaning.en: Of the shop orders promised to be picked up in the window and neither cancelled by then nor held for review by the platform, those not picked up by then. Where no carrier can tell, the shop's word is the pick-up.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- numerator.zh: 晚发订单
-- numerator.en: shop orders not picked up by their promise
-- denominator.zh: 应发订单
-- denominator.en: shop orders due for pick-up
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, late_ship_rate. Counterpart of 发货时效规则, 发货超时.

-- Every order counts as late from the moment its promise falls due, unless the platform held it: then its shop could not
-- ship it, and nothing of it counts here ...
select shop as subject, ship_by as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from order_placed
where excluded is distinct from 'held'
union all
-- ... and not under a promise that moved on before it fell due, while a bank transfer was waited for, but under the new one,
select shop, was_ship_by, greatest(at, placed_at), -1, -1, subject
from order_postponed
where excluded is distinct from 'held'
union all
select shop, ship_by, greatest(at, placed_at), 1, 1, subject
from order_postponed
where excluded is distinct from 'held'
union all
-- which moves once more when the money is there.
select shop, was_ship_by, greatest(at, placed_at), -1, -1, subject
from order_resumed
where excluded is distinct from 'held'
union all
select shop, ship_by, greatest(at, placed_at), 1, 1, subject
from order_resumed
where excluded is distinct from 'held'
union all
-- ... unless it was picked up by then. What was cancelled by then is not due at all: if this fact knows of the
-- cancellation, the row below takes the order out whole, and nothing is left to take off here.
select shop, ship_by, greatest(at, placed_at), -1, 0, subject
from parcel_picked_up
where at <= ship_by
  and (cancelled_at is null or cancelled_at > ship_by)
  and excluded is distinct from 'held'
union all
-- ... or cancelled by then: no longer due, and no longer late if the pick-up has not already taken that off.
select shop, ship_by, greatest(at, placed_at), case when picked_up_at <= ship_by then 0 else -1 end, -1, subject
from order_cancelled
where at <= ship_by
  and excluded is distinct from 'held'
