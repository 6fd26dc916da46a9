-- name: mean_pickup_hours
-- title.zh: 平均揽收时长
-- title.en: Mean hours to pick-up
-- meaning.zh: 窗口内揽收的店铺订单，从付款到揽收的平均小时数；付款未知或晚于揽收的不计。没有承运商回传的，揽收按店铺说的算。
-- meaning.en: Hours from payment to pick-up, over shop orders picked up in the window whose payment is known and not after the pick-up. Where no carrier can tell, the shop's word is the pick-up.
-- unit: hours
-- kind: mean
-- better: less
-- scale: 3600000000
-- numerator.zh: 付款到揽收的小时数之和
-- numerator.en: hours from payment to pick-up, summed
-- denominator.zh: 揽收订单
-- denominator.en: shop orders picked up
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, mean_pickup_hours. Counterpart of 商家体验分 1.3, 平均揽收时长.

-- Microseconds, so that sums stay exact; the scale makes hours of them.
select shop as subject, at as anchor, at as known_at, at - paid_at as num, 1 as den, subject as ref
from parcel_picked_up
where paid_at <= at
