-- name: pickup_hours
-- title.zh: 平均揽收时长（按计时规则）
-- title.en: Mean hours to pick-up, by the clock
-- meaning.zh: 窗口内揽收的订单，从计时开始到揽收的平均小时数；18:00 至次日 06:00 付款的从 06:00 起计；礼赠、福袋、低价、极速退款和异常订单不计。没有承运商回传的，揽收按店铺说的算。
-- meaning.en: Hours from the start of the clock to pick-up, over shop orders picked up in the window; payments of 18:00 to 06:00 start at 06:00; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out. Where no carrier can tell, the shop's word is the pick-up.
-- unit: hours
-- kind: mean
-- better: less
-- scale: 3600000000
-- numerator.zh: 计时揽收小时数之和
-- numerator.en: hours to pick-up, summed
-- denominator.zh: 揽收订单
-- denominator.en: shop orders picked up
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, pickup_hours. Counterpart of 商家体验分 1.3, 平均揽收时长 [S1].

-- A pick-up in the evening, before the clock starts in the morning, took no time. Microseconds, so that sums stay
-- exact; the scale makes hours of them.
select
  shop as subject,
  at as anchor,
  at as known_at,
  greatest(at - coalesce(pickup_from, paid_at), 0) as num,
  1 as den,
  subject as ref
from parcel_picked_up
where excluded is null
  and paid_at <= at
union all
select
  shop,
  picked_up_at,
  greatest(at, picked_up_at),
  -greatest(picked_up_at - coalesce(pickup_from, paid_at), 0),
  -1,
  subject
from order_voided
where excluded is null
  and paid_at <= picked_up_at
