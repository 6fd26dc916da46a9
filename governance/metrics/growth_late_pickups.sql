-- name: growth_late_pickups
-- title.zh: 未按时揽收订单（成长期）
-- title.en: Orders not picked up on time (growth stage)
-- meaning.zh: 窗口内应在付款次日 23:59:59 前揽收而未揽收的订单数；此前（含）取消的不计；礼赠、福袋、低价、极速退款和异常订单不计。没有承运商回传的，揽收按店铺说的算。
-- meaning.en: Shop orders not picked up by the end of the day after payment, where that fell into the window; those cancelled by then are left out; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out. Where no carrier can tell, the shop's word is the pick-up.
-- unit: orders
-- kind: count
-- better: less
-- scale: 1
-- numerator.zh: 未按时揽收的订单
-- numerator.en: shop orders not picked up on time
-- denominator.zh: 未按时揽收的订单
-- denominator.en: shop orders not picked up on time
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, growth_late_pickups. Counterpart of 商家体验分 1.3, growth-stage equivalents [S1].

-- The same shape as late_ship_rate: every paid order counts as late once its time has come ...
select shop as subject, pass_pickup_by as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from order_paid
where excluded is null
  and pass_pickup_by is not null
union all
-- ... unless it was picked up by then; if this fact knows of a cancellation by then, that took the order out ...
select shop, pass_pickup_by, at, -1, -1, subject
from parcel_picked_up
where excluded is null
  and at <= pass_pickup_by
  and (cancelled_at is null or cancelled_at > pass_pickup_by)
union all
-- ... or cancelled by then, if no pick-up has taken it out already.
select shop, pass_pickup_by, at, -1, -1, subject
from order_cancelled
where excluded is null
  and at <= pass_pickup_by
  and (picked_up_at is null or picked_up_at > pass_pickup_by)
union all
select shop, pass_pickup_by, greatest(at, paid_at), -1, -1, subject
from order_voided
where excluded is null
  and paid_at is not null
  and pass_pickup_by is not null
  and (picked_up_at is null or picked_up_at > pass_pickup_by)
  and (cancelled_at is null or cancelled_at > pass_pickup_by)
