-- name: complaint_rate
-- title.zh: 投诉率
-- title.en: Complaint rate
-- meaning.zh: 窗口内付款的订单中，被投诉（向商家、平台或监管）的比例，一单只计一次；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Of the shop orders paid in the window, those somebody complained about, to the merchant, the platform or a regulator; an order counts once; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- numerator.zh: 被投诉订单
-- numerator.en: shop orders complained about
-- denominator.zh: 付款订单
-- denominator.en: shop orders paid
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, complaint_rate. Voice of the customer, rules 4, CCR (D).

select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from order_paid
where excluded is null
  and rules is not null
union all
select shop, paid_at, greatest(at, paid_at), 1, 0, order_id
from complaint_filed
where excluded is null
  and rules is not null
  and first = 1
union all
select
  shop,
  paid_at,
  greatest(at, paid_at, complained_at),
  case when complained_at is null then 0 else -1 end,
  -1,
  subject
from order_voided
where excluded is null
  and rules is not null
  and paid_at is not null
