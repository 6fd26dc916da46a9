-- name: platform_help_rate
-- title.zh: 平台求助率
-- title.en: Platform-help rate
-- meaning.zh: 窗口内就订单咨询过商家的订单中，又求助平台（仲裁或平台客服）的比例；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Of the shop orders about which the merchant was first asked in the window, those taken to the platform (arbitration, or its service); gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- numerator.zh: 求助平台的订单
-- numerator.en: shop orders taken to the platform
-- denominator.zh: 咨询过商家的订单
-- denominator.en: shop orders about which the merchant was asked
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, platform_help_rate. Counterpart of 商家体验分 1.3, 平台求助率 [S1].

select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from service_asked
where excluded is null
union all
-- Of the first question and the first escalation, the one told later knows the other.
select shop, at as anchor, greatest(at, escalated_at) as known_at, 1, 0, subject
from service_asked
where excluded is null
  and escalated_at is not null
union all
select shop, asked_at, greatest(at, asked_at), 1, 0, order_id
from dispute_escalated
where excluded is null
  and first = 1
  and asked_at is not null
union all
select
  shop,
  asked_at,
  greatest(at, asked_at, escalated_at),
  case when escalated_at is null then 0 else -1 end,
  -1,
  subject
from order_voided
where excluded is null
  and asked_at is not null
