-- name: platform_incidence_rate
-- title.zh: 平台求助率（全部订单口径）
-- title.en: Platform-incidence rate
-- meaning.zh: 窗口内付款的订单中，平台介入与向平台投诉的件数之比；所有订单都算，一单可计多件。
-- meaning.en: Cases taken to the platform and complaints to it, for each shop order paid in the window; every order counts, and one may count several times.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- interval: none
-- numerator.zh: 平台介入与投诉
-- numerator.en: cases taken to the platform and complaints to it
-- denominator.zh: 付款订单
-- denominator.en: shop orders paid
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, platform_incidence_rate. Voice of the customer, rules 4, 平台求助率 (Taobao) [S17].

select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from order_paid
where rules is not null
union all
select shop, paid_at, greatest(at, paid_at), 1, 0, order_id
from dispute_escalated
where rules is not null
union all
select shop, paid_at, greatest(at, paid_at), 1, 0, order_id
from complaint_filed
where rules is not null
  and "by" = 'platform'
